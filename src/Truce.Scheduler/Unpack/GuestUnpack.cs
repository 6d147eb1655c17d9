using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>
/// Binds connections to the nodes they reach: remote connections as configured, and one made for every
/// resource that says it is a guest node.
/// </summary>
internal static class GuestUnpack
{
    // A guest may still be booting when its connection is made.
    private const string DefaultConnectTimeout = "60s";

    public static void Run(World world)
    {
        foreach (PlanResource resource in world.AllResources().ToList())
        {
            if (!resource.IsPrimitive)
                continue;
            if (resource.Meta.GetValueOrDefault("container") is { } outer && resource.Container is null
                && world.Find(outer) is { } container && !ReferenceEquals(container, resource))
            {
                resource.Container = container;
                container.Filling.Add(resource);
            }

            if (MetaUnpack.IsRemoteAgent(resource) && resource.RemoteNode is null
                && world.NodeByName(resource.Id) is { } node)
            {
                Bind(resource, node);
            }

            if (resource.Meta.GetValueOrDefault("remote-node") is { Length: > 0 } guest
                && resource.Parent?.Kind is not ResourceKind.Clone
                && world.NodeByName(guest) is { } guestNode && guestNode.Connection is null)
            {
                MakeConnection(world, resource, guestNode);
            }
        }
    }

    public static void Bind(PlanResource connection, PlanNode node)
    {
        connection.RemoteNode = node;
        node.Connection = connection;
    }

    private static void MakeConnection(World world, PlanResource container, PlanNode node)
    {
        var meta = new List<NameValue>
        {
            new(null, "is-managed", container.Meta.GetValueOrDefault("is-managed")),
            new(null, "allow-migrate", container.Meta.GetValueOrDefault("remote-allow-migrate")),
        };
        PlanResource connection = Make(
            world, node.Name, container, meta,
            container.Meta.GetValueOrDefault("remote-connect-timeout") ?? DefaultConnectTimeout,
            container.Meta.GetValueOrDefault("remote-addr"),
            container.Meta.GetValueOrDefault("remote-port"));
        world.Resources.Add(connection);
        Bind(connection, node);
    }

    /// <summary>A connection made by the scheduler, for a guest or a bundle's replica.</summary>
    public static PlanResource Make(
        World world, string name, PlanResource container, IEnumerable<NameValue> meta, string? startTimeout,
        string? address, string? port, PlanResource? parent = null)
    {
        var parameters = new List<NameValue>();
        if (address is not null)
            parameters.Add(new NameValue(null, "addr", address));
        if (port is not null)
            parameters.Add(new NameValue(null, "port", port));
        var operations = new List<Operation> { Op(Tasks.Monitor, "30s", "30s") };
        if (startTimeout is not null)
            operations.Add(Op(Tasks.Start, "0", startTimeout));
        var primitive = new Resource.Primitive(new ResourceId(name))
        {
            Agent = new AgentName(AgentName.Ocf, "pacemaker", "remote"),
            MetaAttributes =
            [
                new AttributeSet { Pairs = meta.Where(m => m.Value is not null).ToEquatableArray() },
            ],
            InstanceAttributes = [new AttributeSet { Pairs = parameters.ToEquatableArray() }],
            Operations = new OperationList(null, null, operations.ToEquatableArray()),
        };
        PlanResource connection = ResourcesUnpack.Make(world, primitive, parent, "");
        connection.Container = container;
        // A guest's connection follows its container; only those of machines float by themselves.
        if (ResourcesUnpack.Flag(connection, "allow-migrate") is null)
            connection.Clear(Is.AllowMigrate);
        connection.Meta["container"] = container.Id;
        container.Filling.Add(connection);
        Tables.Fill(world, connection);
        return connection;
    }

    public static Operation Op(string name, string interval, string timeout, string? id = null)
    {
        _ = Interval.TryParse(interval, out Interval every);
        _ = Interval.TryParse(timeout, out Interval limit);
        return new Operation(id ?? $"{name}-interval-{interval}", name, every) { Timeout = limit };
    }
}
