using Truce.Simulator.Laboratory;

namespace Truce.Sim;

/// <summary><c>probe [NAME]</c>: takes the situations in which a rule of the fence guard makes the
/// difference; ends with 1 if something is complained of.</summary>
internal static class ProbeCommand
{
    public static int Run(string? name)
    {
        int complaints = 0;
        foreach (GuardProbe probe in GuardProbe.All.Where(p => name is null || p.Name == name))
        {
            IReadOnlyList<string> found = probe.Run();
            complaints += found.Count;
            Console.WriteLine(found.Count == 0 ? $"{probe.Name}: holds" : $"{probe.Name}: BROKEN {found[0]}");
        }

        return complaints == 0 ? 0 : 1;
    }
}
