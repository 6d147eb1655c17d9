namespace Truce.Mutants;

/// <summary>A project that is mutated, and the suites that must notice, the nearest first.</summary>
/// <param name="Name">What PROJECT= calls it.</param>
/// <param name="Suites">The test projects.</param>
internal sealed record MutatedProjects(string Name, params string[] Suites)
{
    /// <summary>The projects.</summary>
    public static IReadOnlyList<MutatedProjects> All { get; } =
    [
        new("Model", "Truce.Model.Tests", "Truce.Scheduler.Tests", "Truce.Control.Tests", "Truce.Conformance",
            "Truce.Analysis.Tests"),
        new("Scheduler", "Truce.Scheduler.Tests", "Truce.Conformance", "Truce.Control.Tests"),
        new("Control", "Truce.Control.Tests", "Truce.Runtime.Tests", "Truce.Simulator.Tests"),
        new("Runtime", "Truce.Runtime.Tests", "Truce.Simulator.Tests"),
    ];

    /// <summary>The assembly.</summary>
    public string Assembly => "Truce." + Name;

    /// <summary>What can change a verdict, besides the tests.</summary>
    public static IEnumerable<string> Sources { get; } =
        [.. new[] { "Model", "Scheduler", "Control", "Contracts", "Ports", "Runtime" }.Select(p =>
            "src/Truce." + p)];

    /// <summary>The one of that name.</summary>
    public static MutatedProjects Of(string name) =>
        All.FirstOrDefault(p => p.Name == name)
        ?? throw new InvalidOperationException(
            $"no project {name}; there are {string.Join(", ", All.Select(p => p.Name))}");
}
