using System.Globalization;

namespace Truce.Verify.Install;

/// <summary>
/// PostgreSQL's streaming replication under PAF: again and again the primary loses its power while a client
/// writes through the address, and rejoins as a standby (examples/postgresql, docs/operations/postgresql.md).
/// ROUNDS= sets how often.
/// </summary>
internal static class PostgresqlRow
{
    private const int RoundsUsual = 20;

    // Of so many power cuts one is over the layer.
    private const int LayeredOneIn = 4;
    private static readonly TimeSpan s_prepareMax = TimeSpan.FromMinutes(5);

    // What must be there, and the package that has it.
    private static readonly (string File, string Package)[] s_tools =
    [
        ("/usr/lib/postgresql/15/bin/initdb", "postgresql-15"),
        ("/usr/lib/ocf/resource.d/heartbeat/pgsqlms", "resource-agents-paf"),
        ("/usr/lib/ocf/resource.d/heartbeat/IPaddr2", "resource-agents"),
        ("/usr/sbin/corosync", "corosync"), ("/usr/bin/gcc", "gcc"),
        ("/usr/include/fuse3/fuse.h", "libfuse3-dev"),
    ];

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "postgresql",
        $"PostgreSQL under PAF, {RoundsUsual} power cuts of the primary while a client writes, a quarter of "
            + "them, and one of all nodes, over a file system that loses what wasn't synced: no acknowledged "
            + "row is lost, and the old primary is a standby again after each",
        RunAsync);

    private sealed record Round(string Node, long OutageMs, string Rejoined);

    private sealed record Series(IReadOnlyList<Round> Rounds, int Rows, string Fault)
    {
        public override string ToString()
        {
            if (Rounds.Count == 0)
                return "no power cut";
            long[] outages = [.. Rounds.Select(r => r.OutageMs).Order()];
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{Rounds.Count} power cuts, {Rows} rows acknowledged, outage "
                    + $"{outages[outages.Length / 2]} ms (median), {outages[^1]} ms (most), "
                    + $"{Rounds.Count(r => r.Rejoined == "rewound")} rewound, "
                    + $"{Rounds.Count(r => r.Rejoined == "copied")} copied");
        }
    }

    private static async Task<RowResult> RunAsync()
    {
        if (!Environment.IsPrivilegedProcess)
            return RowResult.Skip("needs root");
        await Command.RunAsync(Repository.At("eng", "prepare"), ["database"], s_prepareMax)
            .ConfigureAwait(false);
        if (s_tools.FirstOrDefault(t => !File.Exists(t.File)) is { Package: { } missing })
            return RowResult.Skip($"{missing} isn't installed");
        int wanted = int.TryParse(
            Environment.GetEnvironmentVariable("ROUNDS"), CultureInfo.InvariantCulture, out int given)
            ? given
            : RoundsUsual;
        int unsynced = (wanted + LayeredOneIn - 1) / LayeredOneIn;
        Series plain = await TakeAsync(DiskKind.Machine, wanted - unsynced).ConfigureAwait(false);
        if (plain.Fault.Length > 0)
            return RowResult.If(false, $"{plain}; {plain.Fault}");
        string layer = await UnsyncedLayer.ProveAsync().ConfigureAwait(false);
        if (layer.Length > 0)
            return RowResult.If(false, $"{plain}; {layer}");
        Series layered = await TakeAsync(DiskKind.LosesUnsynced, unsynced).ConfigureAwait(false);
        string figure = $"{plain}; over the layer {layered}, and all nodes at once";
        return layered.Fault.Length > 0
            ? RowResult.If(false, $"{figure}; {layered.Fault}")
            : RowResult.If(plain.Rows + layered.Rows > 0, $"{figure}; 0 rows lost");
    }

    private static async Task<Series> TakeAsync(DiskKind disks, int wanted)
    {
        List<Round> rounds = [];
        if (wanted == 0)
            return new Series(rounds, 0, "");
        PostgresqlLab lab = await PostgresqlLab.UpAsync(disks).ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            string fault = await RoundsAsync(lab, rounds, wanted).ConfigureAwait(false);
            if (fault.Length == 0 && disks == DiskKind.LosesUnsynced)
                fault = await AllAsync(lab).ConfigureAwait(false);
            return new Series(rounds, (await lab.EndAsync().ConfigureAwait(false)).Count, fault);
        }
    }

    private static async Task<string> AllAsync(PostgresqlLab lab)
    {
        try
        {
            await lab.CutAllAsync(await lab.ReadyAsync().ConfigureAwait(false)).ConfigureAwait(false);
            string primary = await lab.ReadyAsync().ConfigureAwait(false);
            Console.WriteLine($"  all nodes cut, {primary} serves");
            string lost = await lab.LostAsync().ConfigureAwait(false);
            return lost.Length > 0 ? $"power cut of all nodes: {lost}" : "";
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            return $"power cut of all nodes: {e.Message}";
        }
    }

    // What went wrong, or nothing. It ends with the first fault: later rounds would hide what led to it.
    private static async Task<string> RoundsAsync(PostgresqlLab lab, List<Round> rounds, int wanted)
    {
        try
        {
            string primary = await lab.ReadyAsync().ConfigureAwait(false);
            lab.Write();
            while (rounds.Count < wanted)
            {
                await Task.Delay(StaggerMs(rounds.Count)).ConfigureAwait(false);
                long outage = await lab.CutAsync(primary).ConfigureAwait(false);
                if (await lab.LostAsync().ConfigureAwait(false) is { Length: > 0 } lost)
                    return $"power cut {rounds.Count + 1}, of {primary}: {lost}";
                string how = await lab.RejoinAsync(primary).ConfigureAwait(false);
                rounds.Add(new Round(primary, outage, how));
                string next = await lab.ReadyAsync().ConfigureAwait(false);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {rounds.Count}: {primary} cut, {next} serves after {outage} ms, {primary} {how}"));
                primary = next;
            }

            return await lab.LostAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            return $"power cut {rounds.Count + 1}: {e.Message}";
        }
    }

    // At another moment of the client's and of the monitors' each time.
    private static int StaggerMs(int round) => 1000 + (round * 370 % 2000);
}
