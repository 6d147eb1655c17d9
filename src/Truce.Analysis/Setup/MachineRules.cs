using System.Collections.Immutable;
using System.Globalization;
using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Analysis.Setup;

/// <summary>
/// Whether this machine can be a node of the cluster that a corosync.conf describes: its name, addresses,
/// ports, key, clock and services. Asked before anything is written, and by <c>truce cluster check</c>.
/// </summary>
/// <param name="file">corosync.conf.</param>
/// <param name="machine">The machine.</param>
public sealed class MachineRules(CorosyncFile file, Machine machine)
{
    private const int PortBase = 5405;
    private const int KeyBytesMin = 128;
    private const int KeyBytesMax = 4096;
    private static readonly string[] s_every = ["0.0.0.0", "::", "*"];
    private static readonly string[] s_crypto = ["crypto_cipher", "crypto_hash"];

    private readonly CorosyncLinks _links = CorosyncLinks.From(file.Root);

    private CorosyncSection? Own => file.Nodes.FirstOrDefault(n =>
        string.Equals(n.Find("name")?.Text, machine.NodeName, StringComparison.OrdinalIgnoreCase));

    private IEnumerable<CorosyncAddress> OwnAddresses => _links.Addresses.Where(a =>
        string.Equals(a.Node, machine.NodeName, StringComparison.OrdinalIgnoreCase));

    /// <summary>What is wrong with the machine or the file, the gravest first.</summary>
    public IEnumerable<Finding> Look() => new[]
    {
        Name(), Links(), Addresses(), Overlaps(), Ports(), Key(), Settings(), Names(), Clock(),
        Silent(), Device(),
    }.SelectMany(f => f).OrderByDescending(f => f.Severity);

    private IEnumerable<Finding> Name()
    {
        if (machine.Refusal is { } refusal)
            yield return Say(SetupFindings.Refused, null, "file", refusal, "correct it, or use another file");
        if (Own is not null)
            yield break;
        string listed = string.Join(", ", file.Nodes.Select(n => n.Find("name")?.Text ?? "?"));
        yield return Say(SetupFindings.NotListed, file.Root.First("nodelist"), "nodelist",
            $"no node is called {machine.NodeName} ({(listed.Length > 0 ? listed : "none is listed")})",
            machine.NodeName == machine.HostName
                ? "name this machine as it is listed (hostnamectl hostname NAME), or list it as it is named"
                : "correct node in truce.conf, or list this machine under that name");
    }

    private IEnumerable<Finding> Links()
    {
        int[] all = [.. _links.Links.Order()];
        foreach (CorosyncSection node in file.Nodes)
        {
            string name = node.Find("name")?.Text ?? "";
            foreach (int link in all.Where(l => node.Find($"ring{l}_addr") is null))
            {
                yield return Say(SetupFindings.Links, node, $"node.ring{link}_addr",
                    $"{name} has no address on link {link}, and others have one",
                    "give each node one address for each link");
            }
        }

        foreach (int link in all)
        {
            CorosyncAddress[] there = [.. _links.Addresses.Where(a => a.Link == link)];
            if (there.Select(a => a.Address.Contains(':', StringComparison.Ordinal)).Distinct().Count() > 1)
            {
                yield return Say(SetupFindings.Links, file.Root.First("nodelist"), $"node.ring{link}_addr",
                    $"link {link} has IPv4 and IPv6 addresses", "use one of both on all nodes");
            }
        }
    }

    private IEnumerable<Finding> Addresses() =>
        from own in OwnAddresses
        where LocalOf(own).IsEmpty
        let value = Own!.Find($"ring{own.Link}_addr")!
        select SetupFindings.NotLocal.At(file.Name, value.Line, $"node.{value.Key}",
            $"{own.Address} is not an address of this machine, {machine.HostName} (it has {Choice()})",
            "write the address that this machine has on that link, or give it this one");

    private IEnumerable<Finding> Overlaps()
    {
        (CorosyncAddress Own, string Network)[] networks =
            [.. OwnAddresses.SelectMany(o => LocalOf(o).Select(a => (o, a.Network)))];
        return from one in networks
               from two in networks
               where one.Own.Link < two.Own.Link && one.Network == two.Network
               let value = Own!.Find($"ring{two.Own.Link}_addr")!
               select SetupFindings.Overlap.At(file.Name, value.Line, $"node.{value.Key}",
                   $"{one.Own.Address} and {two.Own.Address} are both in {one.Network}",
                   "put the second link into a network of its own (switch, card), or leave it out");
    }

    private IEnumerable<Finding> Ports()
    {
        // Its own ports are taken by Corosync while it runs.
        if (machine.Unit("corosync") is { IsActive: true } || machine.Runtime is not null)
            yield break;
        foreach (CorosyncAddress own in OwnAddresses)
        {
            int port = PortOf(own.Link);
            string[] locals = [.. LocalOf(own).Select(a => a.Address)];
            if (machine.Ports.Any(p => p.Port == port
                && (s_every.Contains(p.Address) || locals.Contains(p.Address))))
            {
                yield return Say(SetupFindings.Port, Own, $"link {own.Link}",
                    $"another program uses UDP port {port} on {own.Address}",
                    $"end it (ss -ulpn sport = :{port} names it)");
            }
        }
    }

    private IEnumerable<Finding> Key()
    {
        string path = KeyPath(file);
        if (!NeedsKey(file))
        {
            yield return Say(SetupFindings.Crypto, file.Totem, "totem",
                "neither crypto_cipher nor crypto_hash is set",
                "set crypto_cipher: aes256 and crypto_hash: sha256, with one key for all (corosync-keygen)");
            yield break;
        }

        if (machine.Key is not { } key)
        {
            yield return SetupFindings.KeyMissing.At(path, 0, "key", "it isn't there",
                "copy it from a node of this cluster; for a new cluster: corosync-keygen");
            yield break;
        }

        if (key.Bytes is < KeyBytesMin or > KeyBytesMax)
        {
            yield return SetupFindings.KeyLength.At(path, 0, "key",
                string.Create(CultureInfo.InvariantCulture,
                    $"it has {key.Bytes} bytes, and Corosync takes {KeyBytesMin} to {KeyBytesMax}"),
                "copy it anew from another node");
        }

        if (key.Access == KeyAccess.Others)
            yield return SetupFindings.KeyMode.At(path, 0, "key", "others than root can read it",
                $"chown root:root {path}; chmod 0400 {path}; if someone may have read it, make a new one");
    }

    private IEnumerable<Finding> Settings()
    {
        if (machine.Settings.GetValueOrDefault("engine", "corosync") is not "corosync" and var engine)
            yield return SetupFindings.Engine.At("truce.conf", 0, "engine", $"engine = {engine}",
                "remove the line");
        if (machine.Settings.GetValueOrDefault("power", "none") == "none"
            && machine.Settings.GetValueOrDefault("watchdog", "none") == "none")
            yield return SetupFindings.Power.At("truce.conf", 0, "power", "neither power nor watchdog is set",
                "set power = real or watchdog = /dev/watchdog");
        if (machine.Unit("pacemaker") is { IsActive: true })
            yield return SetupFindings.Pacemaker.At(machine.NodeName, 0, "pacemaker.service", "it is active",
                "systemctl disable --now pacemaker");
    }

    private IEnumerable<Finding> Names()
    {
        CorosyncValue[] unknown = [.. file.Nodes.Select(n => n.Find("name")).OfType<CorosyncValue>()
            .Where(n => machine.Resolved.TryGetValue(n.Text, out ImmutableArray<string> found)
                && found.IsEmpty)];
        if (unknown.Length > 0)
        {
            yield return SetupFindings.Name.At(file.Name, unknown[0].Line, "node.name",
                $"no address is known for {string.Join(", ", unknown.Select(n => n.Text))}",
                "add them to /etc/hosts on every node, or to the name server");
        }
    }

    private IEnumerable<Finding> Clock()
    {
        if (machine.Clock == ClockState.Free)
            yield return SetupFindings.Clock.At(machine.NodeName, 0, "clock", "it isn't synchronised",
                "install and start chrony or systemd-timesyncd (timedatectl set-ntp true)");
    }

    private IEnumerable<Finding> Silent() =>
        from address in _links.Addresses
        where machine.Silent.Contains(address.Address)
        select SetupFindings.Silent.At(file.Name, file.Root.First("nodelist")?.Line ?? 0,
            $"node.ring{address.Link}_addr", $"{address.Node} doesn't answer at {address.Address}",
            $"check the cable, and that {address.Node} is on and has this address; ignore this where pings "
                + "are dropped");

    private IEnumerable<Finding> Device()
    {
        if (file.Device?.First("net")?.Find("host") is { } host && machine.Silent.Contains(host.Text))
            yield return SetupFindings.Device.At(file.Name, host.Line, "device.host",
                $"nothing answers at {host.Text}, TCP port {DevicePort}",
                "install and start corosync-qnetd there, and let the port through its firewall");
    }

    /// <summary>Where a quorum device listens (corosync-qnetd(8)).</summary>
    public const int DevicePort = 5403;

    /// <summary>Whether a file demands a key.</summary>
    public static bool NeedsKey(CorosyncFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        string[] written = [.. s_crypto.Select(k => file.Totem?.Find(k)?.Text).OfType<string>()];
        return file.Totem?.Find("secauth")?.Text == "on" || written.Any(w => w != "none");
    }

    /// <summary>Where the key is.</summary>
    public static string KeyPath(CorosyncFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Totem?.Find("keyfile")?.Text ?? "/etc/corosync/authkey";
    }

    private ImmutableArray<MachineAddress> LocalOf(CorosyncAddress own)
    {
        CorosyncLinks here = new([.. machine.Addresses.Select(a =>
            new CorosyncAddress(a.Address, 0, a.Address))]);
        string[] wanted = [own.Address, .. machine.Resolved.GetValueOrDefault(own.Address, [])];
        return [.. machine.Addresses.Where(a => wanted.Any(w => here.NodeAt(w) == a.Address))];
    }

    private int PortOf(int link) =>
        (file.Totem?.All("interface") ?? []).FirstOrDefault(i => (i.Find("linknumber")?.Text ?? "0")
            == link.ToString(CultureInfo.InvariantCulture))?.Find("mcastport")?.Text is { } written
        && int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            ? port : PortBase + link;

    private string Choice() => machine.Addresses.IsEmpty
        ? "none but loopback"
        : string.Join(", ", machine.Addresses.Select(a => $"{a.Address} on {a.Device}"));

    private Finding Say(
        FindingKind kind, CorosyncSection? at, string element, string message, string remedy) =>
        kind.At(file.Name, at?.Line ?? 0, element, message, remedy);
}
