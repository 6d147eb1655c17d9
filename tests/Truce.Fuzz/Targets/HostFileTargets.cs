using System.Text;
using Truce.Fuzz.Running;
using Truce.Model;
using Truce.Model.Corosync;
using Truce.Model.Fencing;

namespace Truce.Fuzz.Targets;

/// <summary>Files of hosts that <c>truce check</c> reads beside the CIB: corosync.conf, and those about
/// sbd.</summary>
internal static class HostFileTargets
{
    private static readonly byte[] s_separator = [0];

    /// <summary>corosync.conf, a zero byte, and a file about sbd.</summary>
    public static FuzzTarget All { get; } = new(
        "host-files",
        [
            Encoding.UTF8.GetBytes("totem {\n  token: 1000\n}\nnodelist {\n  node {\n    nodeid: 1\n"
                + "    ring0_addr: fd00::1\n  }\n}\n\0SBD_DEVICE=\"/dev/a;/dev/b\"\n"),
            Encoding.UTF8.GetBytes("quorum {\n  device {\n    votes: 1\n  }\n}\n\0"
                + "Timeout (watchdog) : 5\nTimeout (msgwait)  : 10\n"),
        ],
        [
            "nodelist {", "ring1_addr: ", "10.0.0.1", "::", "token_coefficient: ", "99999999999999999999",
            "}", "export ", SbdFile.WatchdogKey + "=", "'", "Timeout (",
        ],
        Take);

    private static void Take(byte[] input)
    {
        int at = input.AsSpan().IndexOf(s_separator);
        string conf = Encoding.UTF8.GetString(at < 0 ? input : input[..at]);
        string sbd = Encoding.UTF8.GetString(at < 0 ? [] : input[(at + 1)..]);
        if (CorosyncReader.Parse(conf, "corosync.conf") is CorosyncReadResult.Accepted { Root: var root })
        {
            CorosyncFile file = new("corosync.conf", root);
            _ = file.Times;
            CorosyncLinks links = CorosyncLinks.From(root);
            foreach (CorosyncAddress address in links.Addresses)
                _ = links.NodeAt(address.Address) is not null && links.IsOn(address.Link, address.Address);
        }

        if (SbdFile.Parse(sbd, "sbd") is SbdReadResult.Accepted { File: var settings })
            _ = settings.Devices.Length + settings.WatchdogSeconds
                + (settings.Seconds(settings.Values[0].Key) ?? 0);
    }
}
