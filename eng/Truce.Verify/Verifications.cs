using Truce.Verify.Agents;
using Truce.Verify.Components;
using Truce.Verify.Corosync;
using Truce.Verify.Everyday;
using Truce.Verify.Fencing;
using Truce.Verify.Groups;
using Truce.Verify.Safe;
using Truce.Verify.House;
using Truce.Verify.Install;
using Truce.Verify.Mutants;
using Truce.Verify.Numbers;

namespace Truce.Verify;

/// <summary>The verifications by name: what follows <c>make verify-</c>.</summary>
internal static class Verifications
{
    /// <summary>Every verification with its rows, in the order in which they are taken.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<Row>> All { get; } =
        new SortedDictionary<string, IReadOnlyList<Row>>(StringComparer.Ordinal)
        {
            ["agents"] = AgentsRows.All,
            ["components"] = ComponentsRows.All,
            ["corosync"] = CorosyncRows.All,
            ["everyday"] = EverydayRows.All,
            ["failover"] = FailoverRows.All,
            ["fencing"] = FencingRows.All,
            ["groups"] = GroupsRows.All,
            ["safe"] = SafeRows.All,
            ["house"] = HouseRows.All,
            ["install"] = InstallRows.All,
            ["mutants"] = MutantsRows.All,
            ["numbers"] = NumbersRows.All,
            ["simulator"] = SimulatorRows.All,
            ["scheduler"] = SchedulerRows.All,
        };
}
