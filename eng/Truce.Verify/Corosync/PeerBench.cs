using System.Text.Json;

namespace Truce.Verify.Corosync;

/// <summary>The peer on the same machine: pcmk-bench, and the figures that it wrote.</summary>
internal static class PeerBench
{
    /// <summary>What the names of its hosts begin with.</summary>
    public const string Prefix = "tp-";

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(25);

    /// <summary>Why it can't be run here; null: it can.</summary>
    public static string? Missing => StampRecord.PeerLab is null ? "peer-lab isn't here (TRUCE_PEER_LAB)"
        : !File.Exists("/usr/sbin/pacemakerd") ? "pacemaker isn't installed"
        : System.Environment.IsPrivilegedProcess ? null : "needs root";

    /// <summary>Runs a measurement; a JSON object per run.</summary>
    public static async Task<IReadOnlyList<JsonElement>> RunAsync(params string[] arguments)
    {
        string results = Path.GetTempFileName();
        try
        {
            Dictionary<string, string> environment = Environment(results);
            Ended ended = await Command.RunAsync(
                Path.Combine(StampRecord.PeerLab!, "pcmk-bench"), arguments, s_limit, environment, "/")
                    .ConfigureAwait(false);
            return ended.Code == 0
                ? [.. File.ReadLines(results).Select(l => JsonDocument.Parse(l).RootElement)]
                : throw new InvalidOperationException(
                    $"pcmk-bench {string.Join(' ', arguments)}: {ended.LastLine}");
        }
        finally
        {
            File.Delete(results);
        }
    }

    /// <summary>Brings its cluster down.</summary>
    public static Task DownAsync() => Command.RunAsync(
        Path.Combine(StampRecord.PeerLab!, "pcmk-lab"), ["down"], s_limit, Environment("/dev/null"), "/");

    private static Dictionary<string, string> Environment(string results) => new()
    {
        ["PCMK_OUT"] = results,
        ["PCMK_LAB_DIR"] = $"/var/tmp/truce-peer-{System.Environment.ProcessId}",
        ["PCMK_LAB_PFX"] = Prefix,
    };
}
