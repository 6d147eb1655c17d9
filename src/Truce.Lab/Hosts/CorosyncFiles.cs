using System.Globalization;
using System.Text;

namespace Truce.Lab.Hosts;

/// <summary>What a node of a lab has below /etc/corosync: all links, encrypted
/// with a key of the lab's own.</summary>
internal static class CorosyncFiles
{
    /// <summary>Bytes of the key, as corosync-keygen makes it.</summary>
    public const int KeyBytes = 256;

    private const UnixFileMode OwnerReads = UnixFileMode.UserRead;

    /// <summary>Writes them.</summary>
    /// <param name="folder">What becomes /etc/corosync.</param>
    /// <param name="key">The lab's key.</param>
    /// <param name="definition">The lab.</param>
    public static void Write(string folder, byte[] key, LabDefinition definition)
    {
        Directory.CreateDirectory(Path.Combine(folder, "uidgid.d"));
        string keyFile = Path.Combine(folder, "authkey");
        if (!File.Exists(keyFile))
        {
            File.WriteAllBytes(keyFile, key);
            File.SetUnixFileMode(keyFile, OwnerReads);
        }

        File.WriteAllText(Path.Combine(folder, "corosync.conf"), Render(definition));
    }

    /// <summary>corosync.conf.</summary>
    public static string Render(LabDefinition definition)
    {
        StringBuilder text = new($$"""
            # Written by the lab at each boot of this node.
            totem {
              version: 2
              cluster_name: lab
              transport: knet
              crypto_cipher: {{(definition.Encrypted ? "aes256" : "none")}}
              crypto_hash: {{(definition.Encrypted ? "sha256" : "none")}}
              token: {{definition.TokenMs.ToString(CultureInfo.InvariantCulture)}}
              token_coefficient: 0
            }
            logging {
              to_stderr: no
              to_syslog: no
              to_logfile: yes
              logfile: /var/log/corosync/corosync.log
              timestamp: hires
            }
            quorum {
              provider: corosync_votequorum
            {{Quorum(definition)}}}
            nodelist {

            """);
        foreach (LabNode node in definition.Nodes)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"  node {{\n    nodeid: {node.Number}\n    name: {node.Name}\n");
            for (int link = 0; link < definition.Links; link++)
                text.Append(CultureInfo.InvariantCulture,
                    $"    ring{link}_addr: {LabDefinition.Address(link, node.Number)}\n");
            text.Append("  }\n");
        }

        return text.Append("}\n").ToString();
    }

    private static string Quorum(LabDefinition definition) =>
        (definition.Quorum.Length == 0 && definition.Nodes.Length == 2 && !definition.Witness
            ? "  two_node: 1\n"
            : string.Concat(
                definition.Quorum.Select(q => $"  {q.Replace("=", ": ", StringComparison.Ordinal)}\n")))
        + (definition.Witness ? Device() : "");

    // It gives its vote to one half: to the larger one, or to the one with the lowest number.
    private static string Device() =>
        $$"""
          device {
            model: net
            votes: 1
            net {
              host: {{LabDefinition.Address(0, 0)}}
              algorithm: ffsplit
              tls: off
            }
          }

        """;
}
