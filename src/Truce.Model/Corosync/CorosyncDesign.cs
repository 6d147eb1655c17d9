using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Truce.Model.Corosync;

/// <summary>A node of a cluster that is being set up.</summary>
/// <param name="Name">Its name, as its host calls itself.</param>
/// <param name="Number">Its <c>nodeid</c>, from 1.</param>
/// <param name="Addresses">Its address on each link, link 0 first.</param>
public sealed record CorosyncMember(string Name, int Number, ImmutableArray<string> Addresses);

/// <summary>Whether the quorum device is spoken to in secret.</summary>
public enum DeviceTransport
{
    /// <summary>In the clear: TLS needs certificates that nobody has made yet.</summary>
    Plain,

    /// <summary>By TLS where the device offers it.</summary>
    Tls,
}

/// <summary>A quorum device (corosync-qdevice(8), model net).</summary>
/// <param name="Host">Where corosync-qnetd runs.</param>
/// <param name="Transport">How it is spoken to.</param>
public sealed record CorosyncDevice(string Host, DeviceTransport Transport);

/// <summary>
/// A cluster on Corosync as <c>truce cluster init</c> sets it up: knet with encryption, every node listed
/// with its name, votes counted. <c>config_version</c> is written from the beginning on, so that an older
/// copy can be told from a newer one (corosync.conf(5)).
/// </summary>
/// <param name="ClusterName">The cluster's name.</param>
/// <param name="Members">Its nodes.</param>
public sealed record CorosyncDesign(string ClusterName, ImmutableArray<CorosyncMember> Members)
{
    /// <summary>The most links that knet has.</summary>
    public const int LinksMax = 8;

    /// <summary>The quorum device; null: none.</summary>
    public CorosyncDevice? Device { get; init; }

    /// <summary>The text of corosync.conf.</summary>
    public string Render()
    {
        StringBuilder text = new($$"""
            # Written by truce cluster init; the same on every node. To change it, raise config_version, copy
            # it to every node, and run on one of them: corosync-cfgtool -R
            totem {
              version: 2
              cluster_name: {{ClusterName}}
              config_version: 1
              transport: knet
              crypto_cipher: aes256
              crypto_hash: sha256
            }
            logging {
              to_stderr: no
              to_syslog: yes
              to_logfile: yes
              logfile: /var/log/corosync/corosync.log
              timestamp: hires
            }
            quorum {
              provider: corosync_votequorum
            {{Votes()}}}
            nodelist {

            """);
        foreach (CorosyncMember member in Members)
            text.AppendJoin('\n', Section(member)).Append('\n');
        return text.Append("}\n").ToString();
    }

    /// <summary>The lines of a node's section.</summary>
    internal static IEnumerable<string> Section(CorosyncMember member) =>
    [
        "  node {",
        string.Create(CultureInfo.InvariantCulture, $"    nodeid: {member.Number}"),
        $"    name: {member.Name}",
        .. member.Addresses.Select((a, link) =>
            string.Create(CultureInfo.InvariantCulture, $"    ring{link}_addr: {a}")),
        "  }",
    ];

    // Of two nodes one must be enough, and then wait_for_all keeps both halves of a cut cluster from starting
    // at boot (votequorum(5)). It is implied; written, nobody has to know.
    private string Votes() => (Members.Length, Device) switch
    {
        (2, null) => "  two_node: 1\n  wait_for_all: 1\n",
        (_, null) => "",
        (_, { } device) => $$"""
              device {
                model: net
                votes: 1
                net {
                  host: {{device.Host}}
                  algorithm: ffsplit
                  tls: {{(device.Transport == DeviceTransport.Tls ? "on" : "off")}}
                }
              }

            """,
    };
}
