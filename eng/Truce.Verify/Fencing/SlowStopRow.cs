using System.Diagnostics;
using System.Globalization;
using Truce.EndToEnd.World;

namespace Truce.Verify.Fencing;

/// <summary>A service on a real cluster that writes what it has in memory to a file system on a shared disk
/// while it stops, and needs twice its timeout for that. ROUNDS= takes more or fewer;
/// ENGINE=local.</summary>
internal static class SlowStopRow
{
    private const int Rounds = 3;
    private const int StopTimeoutSeconds = 10;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "slow-stop",
        "a stop that needs twice its timeout to flush dirty data: no shot, the data's checksum right",
        RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        if (!Environment.IsPrivilegedProcess)
            return RowResult.Skip("needs root");
        string engine = Environment.GetEnvironmentVariable("ENGINE") is { Length: > 0 } chosen ? chosen
            : File.Exists("/usr/sbin/corosync") ? "corosync" : "local";
        int rounds = Corosync.CorosyncRows.Number("ROUNDS", Rounds);
        LaboratoryLab lab = await LaboratoryLab.UpAsync(
            "slow-stop", 2, engine, Configuration, ["--disk", "data:64"]).ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            long begin = LaboratoryLab.Now;
            List<string> bad = [];
            double shortest = double.MaxValue;
            for (int round = 0; round < rounds && bad.Count == 0; round++)
            {
                double seconds = await MoveAsync(lab, round, bad).ConfigureAwait(false);
                shortest = Math.Min(shortest, seconds);
            }

            int shots = lab.Shots(begin).Count;
            bad.AddRange(ActivityChecker.Check(lab.Record()));
            return RowResult.If(
                bad.Count == 0 && shots == 0 && shortest >= 2 * StopTimeoutSeconds,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{rounds} stops on {engine}, timeout {StopTimeoutSeconds} s, shortest move "
                    + $"{shortest:0.0} s; {shots} shots{(bad.Count == 0 ? ", sums right" : "; " + bad[0])}"));
        }
    }

    // It goes from node to node; the one that it comes to says what it found on the disk.
    private static async Task<double> MoveAsync(LaboratoryLab lab, int round, List<string> bad)
    {
        (string from, string to) = round % 2 == 0 ? ("n1", "n2") : ("n2", "n1");
        if (await WroteAsync(lab, from, round + 1).ConfigureAwait(false) is not { } written)
        {
            bad.Add($"it doesn't come up on {from}");
            return 0;
        }

        Stopwatch watch = Stopwatch.StartNew();
        await lab.DoAsync(["node", "online", to]).ConfigureAwait(false);
        await lab.DoAsync(["node", "standby", from]).ConfigureAwait(false);
        if (await WroteAsync(lab, to, round + 2).ConfigureAwait(false) is null)
            bad.Add($"it doesn't come to {to}");
        double seconds = watch.Elapsed.TotalSeconds;
        string? found = Sums(lab).Where(s => s[0] == "found").Select(s => s[1]).LastOrDefault();
        if (bad.Count == 0 && found != written)
            bad.Add($"{to} found another sum than {from} wrote");
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{from} to {to}: {seconds:0.0} s {string.Join("; ", bad)}"));
        return seconds;
    }

    // The sum of what the service has in memory since its given start, once that start has come.
    private static async Task<string?> WroteAsync(LaboratoryLab lab, string node, int start)
    {
        for (Stopwatch watch = Stopwatch.StartNew(); watch.Elapsed < s_limit;)
        {
            string[][] wrote = [.. Sums(lab).Where(s => s[0] == "wrote")];
            if (wrote.Length >= start)
                return wrote[start - 1][2] == node ? wrote[start - 1][1] : null;
            await Task.Delay(s_look).ConfigureAwait(false);
        }

        return null;
    }

    private static string[][] Sums(LaboratoryLab lab)
    {
        string path = Path.Combine(lab.World, "sums", "bad");
        return File.Exists(path)
            ? [.. File.ReadAllLines(path).Select(l => l.Split(' ')).Where(f => f.Length == 3)]
            : [];
    }

    private static string Configuration =>
        "<cib validate-with='pacemaker-3.9' admin_epoch='0' epoch='1' num_updates='0'><configuration>"
        + "<crm_config><cluster_property_set id='o'><nvpair id='o-f' name='stonith-enabled' value='true'/>"
        + "</cluster_property_set></crm_config>"
        + "<nodes><node id='1' uname='n1'/><node id='2' uname='n2'/></nodes>"
        + "<resources><primitive id='power' class='stonith' type='fence_truce_lab'/>"
        + "<primitive id='bad' class='ocf' provider='laboratory' type='slow-flush'>"
        + "<instance_attributes id='bad-i'><nvpair id='bad-v' name='device' value='/dev/lab/data'/>"
        + "<nvpair id='bad-d' name='directory' value='/srv/slow-flush'/></instance_attributes><operations>"
        + "<op id='bad-m' name='monitor' interval='5s' timeout='20s'/>"
        + "<op id='bad-s' name='start' interval='0' timeout='20s'/>"
        + $"<op id='bad-t' name='stop' interval='0' timeout='{StopTimeoutSeconds}s'/>"
        + "</operations></primitive></resources>"
        + "<constraints><rsc_location id='l' rsc='bad' node='n1' score='1'/></constraints>"
        + "<rsc_defaults><meta_attributes id='d'>"
        + "<nvpair id='d-s' name='resource-stickiness' value='10'/></meta_attributes></rsc_defaults>"
        + "</configuration><status/></cib>";
}
