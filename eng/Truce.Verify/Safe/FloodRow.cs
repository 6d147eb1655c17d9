using System.Globalization;
using System.Text.Json;
using Truce.EndToEnd.Driving;

namespace Truce.Verify.Safe;

/// <summary>
/// A user with read rights uses the coordinator's node as badly as can be for a minute. The user's own
/// programs run below everybody else's (nice 19): what they take of the processor isn't ours to give.
/// </summary>
internal static class FloodRow
{
    private const int IdleAsks = 41;
    private const int Seconds = 60;
    private const double MemoryMax = 128;
    private const string ReadersGroup = "nogroup";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "flood", $"{Seconds} s: status and agents' tools of root within twice their idle times (median), API below {MemoryMax} MiB, coordinator stays and commits", RunAsync);

    private sealed record Times(double Status, double Tool, double Change)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"status {Status:F0} ms, tool {Tool:F1} ms, change {Change:F0} ms");
    }

    private static async Task<RowResult> RunAsync()
    {
        if (Environment.UserName != "root")
            return RowResult.Skip("needs root: a reader is another user");
        SafeLab lab = await SafeLab.UpAsync("flood").ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            string node = await CoordinatorAsync(lab).ConfigureAwait(false);
            await LetReadersInAsync(lab, node).ConfigureAwait(false);
            int api = lab.Process(node, "api");
            Times idle = await TakeAsync(lab, node, i => i < IdleAsks).ConfigureAwait(false);
            await File.WriteAllTextAsync($"/proc/{api}/clear_refs", "5").ConfigureAwait(false);
            int[] before = [.. RoleProcesses.Roles.Select(r => lab.Process(node, r))];
            Task<Ended> flood = Command.RunAsync(
                Repository.At("eng", "flood"),
                [Socket(lab, node, "api.sock"), Seconds.ToString(CultureInfo.InvariantCulture)],
                TimeSpan.FromSeconds(Seconds * 2), lab.Environment, "/");
            Times busy = await TakeAsync(lab, node, _ => !flood.IsCompleted).ConfigureAwait(false);
            Ended ended = await flood.ConfigureAwait(false);
            double peak = Peak(api);
            bool same = before.SequenceEqual(RoleProcesses.Roles.Select(r => lab.Process(node, r)))
                && await CoordinatorAsync(lab).ConfigureAwait(false) == node;
            return RowResult.If(
                ended.Code == 0 && same && busy.Status < 2 * idle.Status && busy.Tool < 2 * idle.Tool
                    && peak < MemoryMax,
                string.Create(CultureInfo.InvariantCulture,
                    $"idle {idle}; flooded {busy}; API at most {peak:F0} MiB; {(same ? "all roles and the coordinator stayed" : "A ROLE OR THE COORDINATOR CHANGED")}; the flood got {ended.LastLine}"));
        }
    }

    private static async Task<string> CoordinatorAsync(SafeLab lab)
    {
        Ended status = await lab.TruceAsync("status", "--json", "--node", "n2").ConfigureAwait(false);
        using JsonDocument document = JsonDocument.Parse(status.Output);
        return document.RootElement.GetProperty("coordinator")
            .GetString() ?? throw new InvalidOperationException("no coordinator");
    }

    // A role reads its file when it starts: the API comes back with a group whose members may look.
    internal static async Task LetReadersInAsync(SafeLab lab, string node)
    {
        string file = Directory.GetFiles(
            Path.Combine(lab.Folder, "nodes", node), "truce.conf", SearchOption.AllDirectories)[0];
        await File.AppendAllTextAsync(file, $"\napi_group = {ReadersGroup}\n").ConfigureAwait(false);
        int old = lab.Process(node, "api");
        RoleProcesses.Kill(lab.Folder, node, "api");
        for (int i = 0; i < 100; i++)
        {
            await Task.Delay(s_pause).ConfigureAwait(false);
            if (RoleProcesses.Find(lab.Folder, node, "api").Any(p => p != old)
                && (await lab.TruceAsync("status", "--node", node).ConfigureAwait(false)).Code == 0)
                return;
        }

        throw new InvalidOperationException("the API didn't come back");
    }

    private static async Task<Times> TakeAsync(SafeLab lab, string node, Func<int, bool> goOn)
    {
        Dictionary<string, string> tool = new()
        {
            ["TRUCE_SOCKET"] = Socket(lab, node, "admin.sock"),
            ["OCF_RESOURCE_INSTANCE"] = "flood",
        };
        List<double> statuses = [], tools = [], changes = [];
        for (int i = 0; goOn(i); i++)
        {
            statuses.Add(Took(await lab.TruceAsync("status", "--node", node).ConfigureAwait(false)));
            tools.Add(Took(await Command.RunAsync(
                Repository.At("bin", "truce-agent-tool"), ["crm_node", "-n"], s_limit, tool, "/")
                    .ConfigureAwait(false)));
            changes.Add(Took(await Command.RunAsync(
                Repository.At("bin", "truce-agent-tool"), ["attrd_updater", "-n", "flood", "-U", $"{i}"],
                s_limit, tool, "/").ConfigureAwait(false)));
            await Task.Delay(s_pause).ConfigureAwait(false);
        }

        return new Times(Median(statuses), Median(tools), Median(changes));
    }

    private static double Took(Ended ended) => ended.Code == 0
        ? ended.Took.TotalMilliseconds
        : throw new InvalidOperationException($"exit {ended.Code}: {ended.LastLine}");

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static string Socket(SafeLab lab, string node, string name) =>
        Path.Combine(lab.Folder, "nodes", node, "run", name);

    private static double Peak(int process) => double.Parse(
        File.ReadLines($"/proc/{process}/status")
            .First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) / 1024;
}
