namespace Truce.Verify;

/// <summary>The simulator's program, built once for the rows.</summary>
internal static class Sim
{
    private static readonly TimeSpan s_limit = TimeSpan.FromHours(4);
    private static bool s_built;

    /// <summary>Its project.</summary>
    public static string Project { get; } = Path.Combine("eng", "Truce.Sim", "Truce.Sim.csproj");

    /// <summary>Runs it; the pairs are its settings.</summary>
    public static async Task<Ended> RunAsync(
        string[] arguments, params (string Name, string Value)[] settings)
    {
        if (!s_built)
        {
            Ended built = await BuildAsync(Repository.Root).ConfigureAwait(false);
            if (built.Code != 0)
                return built;
            s_built = true;
        }

        return await RunInAsync(Repository.Root, arguments, settings).ConfigureAwait(false);
    }

    /// <summary>Builds it in a tree: this one, or the copy with the mutations.</summary>
    public static Task<Ended> BuildAsync(string root) => Command.RunAsync(
        "dotnet", ["build", "eng/Truce.Sim", "-c", "Release", "-v", "q", "-clp:ErrorsOnly"],
        TimeSpan.FromMinutes(10), folder: root);

    /// <summary>Runs that of a tree.</summary>
    public static Task<Ended> RunInAsync(
        string root, string[] arguments, params (string Name, string Value)[] settings) =>
        Command.RunAsync(
            "dotnet", [Path.Combine(root, "eng", "Truce.Sim", "bin", "Release", "net10.0", "Truce.Sim.dll"),
                .. arguments], s_limit,
            settings.ToDictionary(s => s.Name, s => s.Value));
}
