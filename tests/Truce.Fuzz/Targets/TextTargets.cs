using System.Collections.Immutable;
using System.Text;
using Truce.Agents.Describing;
using Truce.Agents.Fencing;
using Truce.Agents.Processes;
using Truce.Agents.Running;
using Truce.Daemon.Configuration;
using Truce.Fuzz.Running;
using Truce.Model.Fencing;
using Truce.Ports;

namespace Truce.Fuzz.Targets;

/// <summary>Texts: truce.conf, what agents say of themselves, and what they print.</summary>
internal static class TextTargets
{
    private const string Secret = "s3cr\u00e9t-value";

    private static readonly OperationSpec s_operation = new(
        "1", AgentKind.Resource, "r", "ocf", "p", "t", "monitor",
        ImmutableSortedDictionary<string, string>.Empty.Add("password", Secret),
            ImmutableSortedDictionary<string, string>.Empty, TimeSpan.FromSeconds(1), 0);

    /// <summary>truce.conf.</summary>
    public static FuzzTarget Configuration { get; } = new(
        "truce.conf",
        [
            "node = n1\ncluster = c\nengine = local\nnodes = n1 n2:2\nwatchdog = none\nwatchdog_timeout_ms = 5000\n# a comment\nagents_dirs = a=/x\nlog_dir = /var/log\n"u8.ToArray(),
            "power = real\nwatchdog = /dev/watchdog\nrespawn_max = 5\nstall_limit_ms = 100\npath_prepend = /a:/b\n"u8.ToArray(),
        ],
        [.. ConfigurationFile.Keys.Select(k => k + " = "), "lab", "none", "/dev/watchdog", "local",
            "corosync", "n1:0", "n1:99999999999"],
        input =>
        {
            try
            {
                _ = ConfigurationFile.Parse(
                    "truce.conf", Encoding.UTF8.GetString(input).Split('\n'), "host", "boot");
            }
            catch (ConfigurationException)
            {
                // Refused, with its line.
            }
        });

    /// <summary>An agent's metadata.</summary>
    public static FuzzTarget Metadata { get; } = new(
        "metadata",
        [
            Encoding.UTF8.GetBytes(
                "<?xml version=\"1.0\"?><resource-agent name=\"x\" version=\"1\"><version>1.0</version><longdesc lang=\"en\">l</longdesc><shortdesc>s</shortdesc>"
                + "<parameters><parameter name=\"ip\" unique=\"1\" required=\"1\" reloadable=\"1\"><longdesc>l</longdesc><content type=\"string\" default=\"x\"/></parameter>"
                + "<parameter name=\"plug\"><getopt mixed=\"-n\"/><content type=\"select\"><option value=\"a\"/></content></parameter></parameters>"
                + "<actions><action name=\"start\" timeout=\"20s\"/><action name=\"monitor\" interval=\"10\" depth=\"0\" role=\"Promoted\"/><action name=\"on\" automatic=\"1\" on_target=\"1\"/></actions></resource-agent>"),
        ],
        ["<parameter name=\"", "<action name=\"", "timeout=\"", "9999999999999s",
            "<!DOCTYPE x SYSTEM \"y\">", "reload-agent", "deprecated=\"1\"", "<content type=\"integer\"/>"],
        input =>
        {
            string text = Encoding.UTF8.GetString(input);
            _ = MetadataReader.Read(text, AgentKind.Resource);
            _ = MetadataReader.Read(text, AgentKind.Fence).Metadata?.Abilities();
        });

    /// <summary>What an agent prints: kept in bounds, without its secrets wherever it is cut.</summary>
    public static FuzzTarget AgentOutput { get; } = new(
        "agent-output",
            [Encoding.UTF8.GetBytes(
            $"starting\nocf-exit-reason:login with {Secret} failed\n{Secret}{Secret}")],
        [Secret, "ocf-exit-reason:", "\n", "s3cr", "\u00e9t-value", "[... 1 bytes left out ...]"],
            TakeOutput);

    /// <summary>What a fence device lists.</summary>
    public static FuzzTarget FenceList { get; } = new(
        "fence-list", ["1,n1\n2,n2,on\n"u8.ToArray(), "n1\nn2\n"u8.ToArray()], [",", "\t", " ", "\n"],
        input =>
        _ = FenceListing.Parse(Encoding.UTF8.GetString(input)));

    private static void TakeOutput(byte[] input)
    {
        SecretText secrets = SecretText.Of(s_operation);
        OutputCapture capture = new(new CaptureLimits(48, 64));
        ExitReasonScanner reasons = new();
        for (int at = 0; at < input.Length; at += 7)
        {
            ReadOnlySpan<byte> piece = input.AsSpan(at, Math.Min(7, input.Length - at));
            capture.Add(piece);
            reasons.Add(piece);
        }

        reasons.EndLine();
        CapturedText kept = capture.Text();
        string shown = secrets.Hide(kept) + "\n" + secrets.Hide(reasons.Reason ?? "");
        if (shown.Contains(Secret, StringComparison.Ordinal))
            throw new FindingException("a secret is shown");
        if (kept.OmittedBytes > 0 && kept.Text.IndexOf(kept.Gap, StringComparison.Ordinal) is > 0 and var gap
            && secrets.Hide(kept)[..Math.Min(gap, secrets.Hide(kept).Length)].Split('\n')[^1].EndsWith(
                "s3cr\u00e9t", StringComparison.Ordinal))
            throw new FindingException("a part of a secret is shown where the output was cut");
        if (shown.Length > 4096)
            throw new FindingException($"{shown.Length} characters of {input.Length} are kept");
    }
}
