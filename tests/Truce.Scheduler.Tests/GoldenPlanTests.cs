using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Scheduler.Tests;

/// <summary>
/// Small clusters, each of which shows a rule, with the plan that is right for them: what is decided, how each
/// score came about, and every action with what it waits for. <c>TRUCE_ACCEPT=1</c> writes the plans anew.
/// <c>make verify-everyday ROWS=rules</c> proves that a rule's case notices when the rule is gone.
/// </summary>
public sealed class GoldenPlanTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Cases => [.. Directory.GetDirectories(Folder()).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_plan_is_the_accepted_one(string name)
    {
        string folder = Path.Combine(Folder(), name);
        string got = Text(PlanOf(Read(Path.Combine(folder, "cib.xml"))));
        string accepted = Path.Combine(folder, "plan.txt");
        if (Environment.GetEnvironmentVariable("TRUCE_ACCEPT") == "1")
            File.WriteAllText(accepted, got);
        Assert.Equal(File.ReadAllText(accepted), got);
    }

    [Fact]
    public void No_rules_name_is_longer_than_what_a_failure_prints_of_it() =>
        Assert.DoesNotContain(Cases, c => c.Data.Length > 50);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Planning_twice_gives_the_same(string name)
    {
        Cib cib = Read(Path.Combine(Folder(), name, "cib.xml"));
        Assert.Equal(Text(PlanOf(cib)), Text(PlanOf(cib)));
    }

    [Fact]
    public void A_guard_ban_moves_a_resource_and_tells_why()
    {
        Cib cib = Read(Path.Combine(Folder(), "starts-where-it-may", "cib.xml"));
        Plan plan = Planner.Plan(cib, new PlanOptions
        {
            Now = s_now,
            KeepPlacements = true,
            Bans = [new GuardBan(new ResourceId("web"), new NodeId("n1"), "held back")],
        });
        Assert.Contains(plan.Decisions, d => d is Decision.Resource { Change: ResourceChange.Start, ToNode.Value: "n2" } r && r.Id.Value == "web");
        NodePlacement there =
            plan.Placements.Single(p => p.Resource.Value == "web").Nodes.Single(n => n.Node.Value == "n1");
        Assert.Contains(there.Parts, p =>
            p is { Rule: ScoreRule.Guard, Score: -Scores.Infinity, Source: "held back" });
    }

    [Fact]
    public void Without_quorum_nothing_starts()
    {
        Cib cib = Read(Path.Combine(Folder(), "starts-where-it-may", "cib.xml"));
        Plan plan = Planner.Plan(cib, new PlanOptions { Now = s_now, Quorum = false });
        Assert.DoesNotContain(plan.Graph.Actions, a => a.Operation == "start");
        Assert.All(plan.Decisions.OfType<Decision.Resource>(), d => Assert.True(d.Blocked));
    }

    private static Plan PlanOf(Cib cib) =>
        Planner.Plan(cib, new PlanOptions { Now = s_now, KeepPlacements = true });

    private static Cib Read(string file) =>
        Assert.IsType<CibReadResult.Accepted>(CibReader.Parse(File.ReadAllText(file), file)).Cib;

    private static string Text(Plan plan)
    {
        var text = new StringBuilder();
        foreach (Decision decision in plan.Decisions)
            text.Append(Text(decision));
        AppendScores(text, plan);
        Dictionary<int, GraphAction> byId = plan.Graph.Actions.ToDictionary(a => a.Id);
        foreach (GraphAction action in plan.Graph.Actions)
        {
            text.Append('\n').Append(Name(action)).Append('\n');
            foreach (GraphInput input in action.Inputs)
                text.Append(CultureInfo.InvariantCulture, $"    after {Name(byId[input.Action])} ({input.Why})\n");
        }

        return text.ToString();
    }

    private static string Text(Decision decision) => decision switch
    {
        Decision.Fence f => $"fence {f.Node} {f.Action}: {f.Reason}\n",
        Decision.Resource r => $"{r.Change} {r.Id} {r.FromNode?.Value ?? "-"} -> {r.ToNode?.Value ?? "-"}: "
            + $"{r.Reason ?? "-"}{(r.Blocked ? " (blocked)" : "")}\n",
        Decision.Leave => "",
    };

    private static void AppendScores(StringBuilder text, Plan plan)
    {
        List<string> lines = [];
        foreach (Placement placement in plan.Placements)
        {
            lines.AddRange(placement.Nodes.Where(n => n.Parts.Length > 0).Select(
                n => $"{placement.Resource} on {n.Node}: {Scores.Text(n.Score)} = {Text(n.Parts)}"));
            if (placement.Promotion.Length > 0)
                lines.Add($"{placement.Resource} promoted: {Text(placement.Promotion)}");
        }

        if (lines.Count > 0)
            text.Append("\nscores\n").AppendJoin("", lines.Select(l => $"    {l}\n"));
    }

    // What replaces all before it is marked with a colon.
    private static string Text(ImmutableArray<ScorePart> parts) => string.Join(", ", parts.Select(p =>
        $"{(p.Becomes ? ":" : p.Score < 0 ? "" : "+")}{Scores.Text(p.Score)} {p.Rule}"
        + $"{(p.Source.Length > 0 ? " " + p.Source : "")}{(p.Other is { } other ? $" of {other}" : "")}"));

    private static string Name(GraphAction action)
    {
        string key = action.Operation == "cancel" ? $"cancel {action.OperationKey}" : action.OperationKey;
        return action.Node is { } node ? $"{key} on {node}" : key;
    }

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "cases");
}
