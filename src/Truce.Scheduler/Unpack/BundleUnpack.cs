using System.Globalization;
using System.Text;

using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>
/// Makes what a bundle stands for: per replica an address, a container and a connection, and one clone over
/// the guests for the service inside.
/// </summary>
internal static class BundleUnpack
{
    private const int DefaultControlPort = 3121;

    public static int ReplicaCount(Resource.Bundle bundle) =>
        bundle.Container.Replicas ?? Math.Max(1, bundle.Container.PromotedMax ?? 1);

    /// <summary>Whether the cluster has a way to reach what runs inside a bundle's containers.</summary>
    public static bool IsReachable(Resource.Bundle bundle) =>
        bundle.Network is { IpRangeStart: not null } or { ControlPort: not null };

    public static string ReplicaName(Resource.Bundle bundle, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{bundle.Id.Value}-{number}");

    public static void Run(World world, PlanResource resource, Resource.Bundle bundle)
    {
        var data = new BundleData
        {
            Image = bundle.Container.Image,
            ContainerKind = bundle.Container.Kind.ToString().ToLowerInvariant(),
            PromotedMax = bundle.Container.PromotedMax ?? 0,
            ReplicaMax = ReplicaCount(bundle),
            PerHost = PerHost(bundle),
        };
        resource.Bundle = data;
        if (bundle.Container.ReplicasPerHost > 1)
            resource.Set(Is.Unique);
        if (bundle.Content is not null)
        {
            data.Child = ResourcesUnpack.Make(world, InnerClone(bundle, data), resource, "");
            resource.Children.Add(data.Child);
        }

        string? address = bundle.Network?.IpRangeStart;
        for (int i = 0; i < data.ReplicaMax; i++)
        {
            var replica = new Replica(i) { Address = address };
            data.Replicas.Add(replica);
            if (address is not null)
                address = Next(address);
        }

        string hosts = bundle.Network?.AddHost == false ? "" : string.Concat(data.Replicas
            .Where(r => r.Address is not null)
            .Select(r => $" --add-host={ReplicaName(bundle, r.Number)}:{r.Address}"));
        foreach (Replica replica in data.Replicas)
            MakeReplica(world, resource, bundle, replica, hosts);
    }

    // On the hosts' own network only one can have the port (Pacemaker Explained: control-port).
    private static int PerHost(Resource.Bundle bundle) => bundle.Network is { ControlPort: not null, IpRangeStart: null }
        ? 1 : Math.Max(1, bundle.Container.ReplicasPerHost ?? 1);

    private static Resource.Cloned InnerClone(Resource.Bundle bundle, BundleData data)
    {
        var pairs = new List<NameValue>
        {
            new(null, "ordered", bundleMeta(bundle, "ordered") ?? "true"),
            new(null, "clone-max", Text(data.ReplicaMax)),
            new(null, "clone-node-max", Text(data.PerHost)),
            new(null, "globally-unique", data.PerHost > 1 ? "true" : "false"),
        };
        if (data.PromotedMax > 0)
        {
            pairs.Add(new NameValue(null, "promotable", "true"));
            pairs.Add(new NameValue(null, "promoted-max", Text(data.PromotedMax)));
        }

        string suffix = data.PromotedMax > 0 ? "-master" : "-clone";
        return new Resource.Cloned(new ResourceId(bundle.Id.Value + suffix), bundle.Content!)
        {
            MetaAttributes = [new AttributeSet { Pairs = pairs.ToEquatableArray() }],
        };

        static string? bundleMeta(Resource.Bundle bundle, string name) =>
            bundle.MetaAttributes.SelectMany(s => s.Pairs).FirstOrDefault(p => p.Name == name)?.Value;
    }

    private static void MakeReplica(
        World world, PlanResource resource, Resource.Bundle bundle, Replica replica, string hosts)
    {
        BundleData data = resource.Bundle!;
        if (replica.Address is not null)
        {
            replica.Ip = ResourcesUnpack.Make(world, Address(bundle, replica), resource, "");
            Add(resource, replica.Ip, replica);
        }

        replica.Container = ResourcesUnpack.Make(
            world, Container(world, bundle, replica, hosts), resource, "");
        replica.Container.Set(Is.ReplicaContainer);
        Add(resource, replica.Container, replica);
        if (data.Child is null)
            return;
        replica.Child = data.Child.Children[replica.Number];
        foreach (PlanResource each in World.Walk(replica.Child))
            each.Container = replica.Container;
        // What the service takes, it takes of the container's host; its guest offers nothing of its own.
        (replica.Container.Utilization, replica.Child.Utilization) = (replica.Child.Utilization, replica.Container.Utilization);
        replica.Container.Filling.Add(replica.Child);
        MakeConnection(world, resource, bundle, replica);
    }

    private static void Add(PlanResource bundle, PlanResource part, Replica replica)
    {
        bundle.Children.Add(part);
        part.Replica = replica;
        part.InstanceNumber = replica.Number;
    }

    private static void MakeConnection(World world, PlanResource resource, Resource.Bundle bundle, Replica replica)
    {
        string name = ReplicaName(bundle, replica.Number);
        int port = bundle.Network?.ControlPort ?? DefaultControlPort;
        PlanNode node = world.NodeByName(name)!;
        node.BundleGuest = true;
        replica.Remote = GuestUnpack.Make(
            world, name, replica.Container, [], null, replica.Address ?? "#uname", Text(port), resource);
        Add(resource, replica.Remote, replica);
        node.Kind = NodeKind.Guest;
        node.Attributes["#kind"] = "container";
        replica.Node = node;
        GuestUnpack.Bind(replica.Remote, node);
        for (int i = 0; i < world.Nodes.Count; i++)
        {
            if (world.Nodes[i].IsRemote && replica.Remote.Allowed.Has(i))
                replica.Remote.Forbid(i, new ScoreReason(ScoreRule.NodeKind));
        }
    }

    private static Resource.Primitive Address(Resource.Bundle bundle, Replica replica)
    {
        var parameters = new List<NameValue> { new(null, "ip", replica.Address) };
        if (bundle.Network?.HostInterface is { } nic)
            parameters.Add(new NameValue(null, "nic", nic));
        parameters.Add(new NameValue(null, "cidr_netmask", Text(bundle.Network?.HostNetmask ?? 32)));
        return new Resource.Primitive(new ResourceId($"{bundle.Id.Value}-ip-{replica.Address}"))
        {
            Agent = new AgentName(AgentName.Ocf, "heartbeat", "IPaddr2"),
            InstanceAttributes = [new AttributeSet { Pairs = parameters.ToEquatableArray() }],
            Operations = new OperationList(
                null, null, [new Operation("monitor-interval-60s", Tasks.Monitor, Minute())]),
        };
    }

    private static Resource.Primitive Container(
        World world, Resource.Bundle bundle, Replica replica, string hosts)
    {
        var mounts = new List<string>();
        string prefix = world.Settings.PacemakerPrefix;
        string options = RunOptions(prefix, bundle, replica, hosts, mounts);
        var parameters = new List<NameValue>
        {
            new(null, "image", bundle.Container.Image),
            new(null, "allow_pull", "true"),
            new(null, "force_kill", "false"),
            new(null, "reuse", "false"),
            new(null, "run_opts", options),
            new(null, "mount_points", string.Join(",", mounts)),
            new(null, "monitor_cmd", "/bin/true"),
        };
        string? command = bundle.Container.RunCommand
            ?? (bundle.Content is null ? null : RemoteDaemon(prefix));
        if (command is not null)
            parameters.Add(new NameValue(null, "run_cmd", command));

        string kind = bundle.Container.Kind.ToString().ToLowerInvariant();
        return new Resource.Primitive(new ResourceId(
            string.Create(CultureInfo.InvariantCulture, $"{bundle.Id.Value}-{kind}-{replica.Number}")))
        {
            Agent = new AgentName(AgentName.Ocf, "heartbeat", kind),
            InstanceAttributes = [new AttributeSet { Pairs = parameters.ToEquatableArray() }],
            Operations = new OperationList(
                null, null, [new Operation("monitor-interval-60s", Tasks.Monitor, Minute())]),
        };
    }

    // Without a prefix the paths are Debian's.
    private static string RemoteDaemon(string prefix) =>
        (prefix.Length == 0 ? "/usr" : prefix) + "/sbin/pacemaker-remoted";

    private static string RunOptions(
        string prefix, Resource.Bundle bundle, Replica replica, string hosts, List<string> mounts)
    {
        var text = new StringBuilder();
        string name = ReplicaName(bundle, replica.Number);
        if (bundle.Container.Kind == ContainerKind.Docker
            && bundle.Container.Options?.Contains("--restart", StringComparison.Ordinal) != true)
            text.Append(" --restart=no");
        if (bundle.Network?.IpRangeStart is not null)
            text.Append(" -h ").Append(name);
        text.Append(" -e PCMK_stderr=1");
        if (bundle.Container.Network is { } network)
            text.Append(" --net=").Append(network);
        bool inside = bundle.Content is not null;
        int port = bundle.Network?.ControlPort ?? DefaultControlPort;
        text.Append(CultureInfo.InvariantCulture, $" -e PCMK_remote_port={port}");
        IEnumerable<StorageMapping> storage = bundle.Storage ?? [];
        if (inside)
        {
            string key = prefix + "/etc/pacemaker/authkey";
            storage = storage
                .Append(new StorageMapping("authkey", key, null, key, null))
                .Append(new StorageMapping(
                    "logs", null, prefix + "/var/log/pacemaker/bundles", "/var/log", null));
        }

        foreach (StorageMapping mapping in storage)
            Mount(text, mapping, name, mounts);
        AppendPorts(text, bundle, replica, port);
        if (bundle.Container.Options is { } options)
            text.Append(' ').Append(options);
        return text.Append(' ').Append(hosts).ToString();
    }

    private static void Mount(StringBuilder text, StorageMapping mapping, string name, List<string> mounts)
    {
        string source = mapping.SourceDir ?? $"{mapping.SourceDirRoot}/{name}";
        if (mapping.SourceDirRoot is not null)
            mounts.Add(source);
        text.Append(" -v ").Append(source).Append(':').Append(mapping.TargetDir);
        if (mapping.Options is not null)
            text.Append(':').Append(mapping.Options);
    }

    private static void AppendPorts(StringBuilder text, Resource.Bundle bundle, Replica replica, int control)
    {
        var ports = new List<(string Source, string Target)>();
        if (bundle.Network is { } network)
        {
            foreach (PortMapping mapping in network.PortMappings)
            {
                string source = mapping.Range ?? Text(mapping.Port ?? 0);
                ports.Add((source, mapping.Range ?? Text(mapping.InternalPort ?? mapping.Port ?? 0)));
            }

            if (bundle.Content is not null)
                ports.Add((Text(control), Text(control)));
        }

        foreach ((string source, string target) in ports)
        {
            if (replica.Address is not null)
                text.Append(" -p ").Append(replica.Address).Append(':').Append(source).Append(':').Append(target);
            else if (bundle.Container.Network != "host")
                text.Append(" -p ").Append(source).Append(':').Append(target);
        }
    }

    private static Interval Minute()
    {
        _ = Interval.TryParse("60s", out Interval minute);
        return minute;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Next(string address)
    {
        int dot = address.LastIndexOf('.');
        return dot > 0 && int.TryParse(address.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int last)
            ? string.Create(CultureInfo.InvariantCulture, $"{address[..dot]}.{last + 1}")
            : address;
    }
}
