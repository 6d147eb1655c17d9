using System.Diagnostics;
using System.Globalization;
using Truce.Groups.Tests.World;
using Truce.Model;

namespace Truce.Explore;

/// <summary>Group Services' protocol machine: three servers and four clients through every order of events
/// within a bound, and random worlds by seeds.</summary>
internal static class GroupsCommands
{
    private const int DepthDefault = 5;
    private const int SeedsDefault = 500;

    /// <summary>Every story, and the state alone to <c>DEPTH=</c> commands.</summary>
    public static int Explore()
    {
        List<WalkResult> walks = [];
        foreach (Story story in Story.All)
        {
            WalkResult result = story.Explore();
            Console.WriteLine($"{story.Name}, {story.Detours} detours: {result}");
            if (result.Violation is { } violation)
                Console.WriteLine($"BROKEN {violation}");
            walks.Add(result);
        }

        (int states, string? broken) = Commands(Number("DEPTH", DepthDefault));
        bool isExhausted = walks.All(w => w.IsExhausted);
        int violations = walks.Count(w => w.Violation is not null) + (broken is null ? 0 : 1);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{walks.Sum(w => w.States) + states} states, depth {walks.Max(w => w.DepthMax)}, "
            + $"bound {(isExhausted ? "exhausted" : "not exhausted")}, {violations} violations"));
        return violations == 0 ? 0 : 1;
    }

    /// <summary><c>FIRST=</c> and <c>SEEDS=</c>; ends with what was done, and what was found.</summary>
    public static int Seeds()
    {
        (int first, int seeds) = (Number("FIRST", 1), Number("SEEDS", SeedsDefault));
        (long notices, long violations) = (0, 0);
        Stopwatch watch = Stopwatch.StartNew();
        for (int seed = first; seed < first + seeds; seed++)
        {
            GroupsWorld world = RandomRun.Run(seed);
            notices += world.Checks.Notices.Count;
            if (RandomRun.Problem(world) is not { Length: > 0 } problem)
                continue;
            violations++;
            Console.WriteLine($"BROKEN seed {seed}: {problem}");
        }

        Console.Error.WriteLine($"{watch.Elapsed.TotalSeconds:0} s");
        Console.WriteLine($"{seeds} seeds, {violations} violations, {notices} notices");
        return violations == 0 ? 0 : 1;
    }

    private static (int States, string? Broken) Commands(int depth)
    {
        try
        {
            int states = new StateWalk(depth).Explore();
            Console.WriteLine(
                $"commands in every order: {states} states, depth {depth}, bound exhausted, 0 violations");
            return (states, null);
        }
        catch (InvariantException broken)
        {
            Console.WriteLine($"BROKEN {broken.Message}");
            return (0, broken.Message);
        }
    }

    private static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int given)
            ? given
            : otherwise;
}
