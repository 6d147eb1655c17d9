using System.Collections.Immutable;

namespace Truce.Agents.Bench.Checks;

/// <summary>All checks, in the order in which they run: cheap and telling ones first.</summary>
internal static class CheckCatalogue
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<Check> All { get; } =
    [
        .. ScriptChecks.All,
        .. ContractChecks.All,
        .. MonitorChecks.All,
        .. RoleChecks.All,
        .. StopChecks.All,
        .. DamageChecks.All,
        .. BrokenChecks.All,
        .. HalfStartChecks.All,
        .. AloneChecks.All,
        .. TimeChecks.All,
    ];

    /// <summary>Those that are selected.</summary>
    public static ImmutableArray<Check> Select(BenchOptions options) =>
    [
        .. All.Where(c => (options.Only.IsEmpty || options.Only.Contains(c.Name))
            && !options.Skip.Contains(c.Name)
            && (options.Reading == ScriptReading.On || c.Need != CheckNeed.Text)),
    ];
}
