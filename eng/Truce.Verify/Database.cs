using System.Globalization;
using System.Text.RegularExpressions;

namespace Truce.Verify;

/// <summary>
/// A real database (examples/postgresql) loses the power of its node again and again while a client writes.
/// ROUNDS= sets how often.
/// </summary>
internal static partial class Database
{
    private const int RoundsUsual = 5;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(15);

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "database", "PostgreSQL on a shared disk: back after every power cut, no row lost that was acknowledged", RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        if (!Environment.IsPrivilegedProcess)
            return RowResult.Skip("needs root");
        if (!File.Exists("/usr/lib/postgresql/15/bin/initdb"))
            return RowResult.Skip("PostgreSQL isn't installed (apt-get install postgresql-15)");
        string rounds = Environment.GetEnvironmentVariable("ROUNDS") ?? RoundsUsual.ToString(
            CultureInfo.InvariantCulture);
        Ended ended = await Command.RunAsync(
            Repository.At("examples", "postgresql", "try"), [rounds], s_limit).ConfigureAwait(false);
        return RowResult.If(ended.Code == 0 && Verdict().IsMatch(ended.LastLine), ended.LastLine);
    }

    [GeneratedRegex("^DATABASE OK rounds=[0-9]+ acknowledged=[1-9][0-9]* lost=0 longest_outage_ms=[0-9]+$")]
    private static partial Regex Verdict();
}
