using System.Globalization;
using Truce.Explore.Keeping;
using Truce.Explore.Searching;
using Truce.Explore.World;

namespace Truce.Explore;

/// <summary>Explores within the bounds that the environment gives, and tells what came of it.</summary>
internal static class ExploreCommand
{
    public static int Run()
    {
        ExploredBounds bounds = new()
        {
            Nodes = Number("NODES", 2),
            Resources = Number("RESOURCES", 1),
            Faults = Number("FAULTS", 1),
            Boots = Number("BOOTS", 2),
            Horizon = TimeSpan.FromSeconds(Number("HORIZON", 12)),
            DevicesLie = Text("PLANT") == "lying-devices",
            Kinds = [.. Text("KINDS").Split(',', StringSplitOptions.RemoveEmptyEntries)
                .Select(Enum.Parse<MoveKind>)],
        };
        SearchLimits limits = new(
            Number("STATES", int.MaxValue), TimeSpan.FromSeconds(Number("SECONDS", 600)));
        Search search = new(bounds, limits) { Progress = p => Console.Error.WriteLine(Line(bounds, p)) };
        Reached reached = search.Run();
        Console.WriteLine(Line(bounds, reached));
        return reached.Breach is { } breach ? Tell(bounds, breach) : 0;
    }

    /// <summary>What was reached, in a line.</summary>
    public static string Line(ExploredBounds bounds, Reached reached) => string.Create(
        CultureInfo.InvariantCulture,
        $"{bounds.Nodes} nodes, {bounds.Resources} resources, {bounds.Faults} faults: "
        + $"{reached.States} states, "
        + $"{reached.Transitions} transitions, depth {reached.Depth}, "
        + $"{(reached.Breach is not null ? "BROKEN" : reached.IsExhausted ? "exhausted" : "bounded")}, "
        + $"{reached.Time.TotalSeconds:0} s");

    private static int Tell(ExploredBounds bounds, Breach breach)
    {
        Console.WriteLine($"BROKEN {breach.Violation}");
        foreach (string line in Replay.Run(bounds, breach.Path).Timeline)
            Console.WriteLine(line);
        string folder = Text("OUT") is { Length: > 0 } given ? given : Path.Combine("artifacts", "explore");
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, string.Create(
            CultureInfo.InvariantCulture,
            $"{breach.Violation.Promise}-{bounds.Nodes}-nodes-{breach.Path.Length}-moves.txt"));
        File.WriteAllText(file, KeptCase.Write(bounds, breach));
        Console.WriteLine($"saved as {file}: once it is fixed, it belongs in "
            + "tests/Truce.Simulator.Tests/explored");
        return 1;
    }

    private static string Text(string name) => Environment.GetEnvironmentVariable(name) ?? "";

    private static int Number(string name, int otherwise) =>
        Text(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}

/// <summary>Replays a kept case, and tells it.</summary>
internal static class CaseCommand
{
    public static int Run(string file)
    {
        (ExploredBounds bounds, IReadOnlyList<Move> path) = KeptCase.Read(File.ReadAllText(file));
        Replayed replayed = Replay.Run(bounds, path);
        foreach (string line in replayed.Timeline)
            Console.WriteLine(line);
        foreach (var violation in replayed.Violations)
            Console.WriteLine($"BROKEN {violation}");
        if (replayed.Impossible is { } move)
            Console.WriteLine($"ends before \"{move}\", which can't happen there any more");
        return replayed.Violations.Count == 0 ? 0 : 1;
    }
}
