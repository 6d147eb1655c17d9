using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Truce.Model;
using Truce.Simulator.World;

namespace Truce.Simulator.Scenarios;

/// <summary>
/// A scenario as text: how a bug that was found is kept. A line each, then the configuration, unless it is
/// one of the collection. Lines that begin with '#' are for people.
/// </summary>
internal static class ScenarioText
{
    private const string Separator = "---";

    public static string Write(Scenario scenario)
    {
        StringBuilder text = new();
        Line($"seed {scenario.Seed}");
        Line($"nodes {scenario.Nodes}");
        Line($"quorum {scenario.Rule}");
        Line($"configuration {scenario.ConfigurationName}");
        if (scenario.Watchdog is { } watchdog)
            Line($"watchdog {watchdog.TotalSeconds}");
        if (scenario.ProcessNumbersRepeat)
            Line($"process-numbers repeat");
        Line($"trouble {scenario.Trouble.TotalMilliseconds}");
        foreach (int at in scenario.Changes)
            Line($"change {at}");
        foreach (PlannedFault fault in scenario.Faults)
            Line($"fault {fault.AtMs} {fault.Kind} {fault.Node} {fault.Other} {fault.A:R} {fault.B:R} {fault.When?.ToString() ?? "-"}");
        if (!Configurations.Collection.ContainsKey(scenario.ConfigurationName))
            text.Append(Separator).Append('\n').Append(scenario.Configuration).Append('\n');
        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    /// <exception cref="InvariantException">The text isn't a scenario.</exception>
    public static Scenario Read(string text)
    {
        int cut = text.IndexOf("\n" + Separator + "\n", StringComparison.Ordinal);
        string[][] lines =
        [
            .. (cut < 0 ? text : text[..cut]).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(l => !l.StartsWith('#')).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
        ];
        string? One(string name) => lines.FirstOrDefault(l => l[0] == name)?[1];
        string Must(string name) => One(name) ?? throw new InvariantException($"a scenario without {name}");
        string configuration = Must("configuration");
        return new Scenario
        {
            Seed = Number(Must("seed")),
            Nodes = Number(Must("nodes")),
            Rule = Enum.Parse<QuorumRule>(Must("quorum")),
            ConfigurationName = configuration,
            Configuration = cut < 0 ? Configurations.Collection[configuration] : text[(cut + Separator.Length + 2)..].TrimEnd(),
            Watchdog = One("watchdog") is { } watchdog ? TimeSpan.FromSeconds(Number(watchdog)) : null,
            ProcessNumbersRepeat = One("process-numbers") is not null,
            Trouble = TimeSpan.FromMilliseconds(Number(Must("trouble"))),
            Changes = [.. lines.Where(l => l[0] == "change").Select(l => Number(l[1]))],
            Faults = [.. lines.Where(l => l[0] == "fault").Select(Fault)],
        };
    }

    private static PlannedFault Fault(string[] words) => new(
        Number(words[1]), Enum.Parse<FaultKind>(words[2]), Number(words[3]), Number(words[4]),
        double.Parse(words[5], CultureInfo.InvariantCulture), double.Parse(words[6], CultureInfo.InvariantCulture),
        words[7] == "-" ? null : Enum.Parse<Moment>(words[7]));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
