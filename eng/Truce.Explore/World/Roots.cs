using System.Globalization;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Simulator.Scenarios;

namespace Truce.Explore.World;

/// <summary>Where exploring begins: a cluster that runs its services, at rest.</summary>
internal static class Roots
{
    private const int StepsMax = 5_000;
    private const long CalmMs = 30_000;

    public static ExploredCluster Running(ExploredBounds bounds)
    {
        ExploredCluster cluster = new(bounds);
        foreach (ExploredNode node in cluster.Nodes)
            cluster.Take(new Move(MoveKind.Boot, node.Id));
        Calm(cluster, () => cluster.Nodes.All(n => n.Control is { Mode: ViewMode.Quorate, State: { } state }
            && state.Members.Count == bounds.Nodes && state.Members.Values.All(m =>
                m.Phase == MemberPhase.Joined)));
        cluster.Ask(cluster.Nodes[0], new ControlRequest.Submit(
            new Command.ChangeConfiguration(Configuration(bounds.Resources), null, null, "explorer", "")));
        Calm(cluster, () => cluster.Active.Count == bounds.Resources
            && cluster.Active.Values.All(a => a.Count == 1) && IsAtRest(cluster));
        // What was of the start has passed.
        long calm = cluster.NowMs + CalmMs;
        Calm(cluster, () => cluster.NowMs >= calm);
        cluster.Begin();
        return cluster;
    }

    private static bool IsAtRest(ExploredCluster cluster) => !cluster.Prompt().Any() && cluster.Nodes.All(
        n => n.Control is { IsPlanning: false, State: { } state, Transition: null or { IsOver: true } }
            && state.Pending.IsEmpty && !state.OpenFences.Any());

    // The first of all that can happen, again and again.
    private static void Calm(ExploredCluster cluster, Func<bool> isEnough)
    {
        for (int i = 0; i < StepsMax; i++)
        {
            if (!cluster.Prompt().Any() && isEnough())
                return;
            cluster.Take(cluster.Prompt().FirstOrDefault(new Move(MoveKind.Wait)));
        }

        throw new InvariantException("the cluster that is to be explored doesn't come up: "
            + string.Join("; ", cluster.Nodes.Select(n => $"{n.Id} {n.Control?.Mode} {n.Control?.Situation} "
                + $"{n.Control?.State?.Index} {n.Control?.Transition}")));
    }

    private static string Configuration(int resources) => Configurations.Cib(
        "<nvpair id=\"o1\" name=\"stonith-enabled\" value=\"true\"/>",
        string.Concat(Enumerable.Range(1, resources).Select(
            i => Configurations.Service(string.Create(CultureInfo.InvariantCulture, $"r{i}"))))
        + "<primitive id=\"power\" class=\"stonith\" type=\"fence_sim\"/>",
        "");
}
