using System.Globalization;
using Truce.EndToEnd.Driving;

namespace Truce.Verify.Safe;

/// <summary>What an idle node's roles hold.</summary>
internal static class MemoryRow
{
    private const double ProportionalMax = 60;
    private const double ResidentMax = 150;
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(30);

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "memory", $"all roles of an idle node: proportional below {ProportionalMax} MiB, resident below {ResidentMax}", RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        SafeLab lab = await SafeLab.UpAsync("memory").ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            await Task.Delay(s_idle).ConfigureAwait(false);
            (string Role, double Resident, double Proportional)[] roles =
                [.. RoleProcesses.Roles.Select(role =>
            {
                (double resident, double proportional) = SafeLab.Memory(lab.Process("n2", role));
                return (role, resident, proportional);
            })];
            double all = roles.Sum(r => r.Proportional);
            double allResident = roles.Sum(r => r.Resident);
            string each = string.Join(", ", roles.Select(
                r => string.Create(
                    CultureInfo.InvariantCulture, $"{r.Role} {r.Proportional:F1}/{r.Resident:F1}")));
            return RowResult.If(
                all < ProportionalMax && allResident < ResidentMax,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{all:F1} MiB proportional, {allResident:F1} resident ({each})"));
        }
    }
}
