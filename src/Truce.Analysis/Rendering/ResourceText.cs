using System.Collections.Immutable;

using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Rendering;

/// <summary>Resources as the status lists them, collective ones with their members below.</summary>
internal sealed class ResourceText
{
    private readonly TextWriter _output;
    private readonly ResourceActivity _activity;
    private readonly CloneText _clones;

    public ResourceText(TextWriter output, ClusterState cluster, Progress progress)
    {
        _output = output;
        _activity = new ResourceActivity(cluster, progress);
        _clones = new CloneText(cluster, _activity, this);
    }

    /// <summary>Writes a top-level resource; false if it isn't listed: gone from the
    /// configuration and inactive.</summary>
    public bool Write(ResourceState resource)
    {
        if (resource.Marks.HasFlag(ResourceMarks.Removed) && !_activity.IsPartlyActive(resource))
            return false;
        Write(resource, 2);
        return true;
    }

    /// <summary>Writes a resource at a depth of indentation.</summary>
    public void Write(ResourceState resource, int depth)
    {
        switch (resource)
        {
            case ResourceState.Primitive primitive:
                WriteItem(depth, PrimitiveText.Line(primitive, Name(primitive), primitive.ActiveOn, _activity));
                break;
            case ResourceState.Group group:
                WriteItem(depth, $"Resource Group: {group.Id}{Marks(group, [])}:");
                foreach (ResourceState member in group.Members)
                    Write(member, depth + 1);
                break;
            case ResourceState.CloneSet clone:
                _clones.Write(clone, depth);
                break;
            case ResourceState.Bundle bundle:
                WriteBundle(bundle, depth);
                break;
        }
    }

    /// <summary>Writes one line of a list.</summary>
    public void WriteItem(int depth, string text)
    {
        for (int i = 0; i < depth; i++)
            _output.Write("  ");
        _output.Write($"* {text}\n");
    }

    /// <summary>What stands in brackets behind a collective resource, or nothing.</summary>
    public static string Marks(ResourceState resource, ImmutableArray<string> kinds)
    {
        List<string> words = [.. kinds];
        if (IsDisabled(resource))
            words.Add("disabled");
        if (resource.Marks.HasFlag(ResourceMarks.Maintenance))
            words.Add("maintenance");
        else if (!resource.Marks.HasFlag(ResourceMarks.Managed))
            words.Add("unmanaged");
        return words.Count == 0 ? "" : $" ({string.Join(", ", words)})";
    }

    // What can be promoted and mustn't is kept from its purpose as what can run and mustn't is.
    private static bool IsDisabled(ResourceState resource) => resource switch
    {
        ResourceState.Bundle => false,
        ResourceState.CloneSet { Promotable: true } when resource.Marks.HasFlag(ResourceMarks.TargetUnpromoted) => true,
        ResourceState.CloneSet or ResourceState.Group or ResourceState.Primitive => resource.Marks.HasFlag(ResourceMarks.Disabled),
    };

    // Which number an anonymous instance has means nothing to people.
    private static string Name(ResourceState.Primitive primitive) =>
        (primitive.Marks.HasFlag(ResourceMarks.Unique) ? primitive.Id : primitive.ConfigId).Value;

    private void WriteBundle(ResourceState.Bundle bundle, int depth)
    {
        string set = bundle.Replicas.Length > 1 ? " set" : "";
        string marks = (bundle.GloballyUnique ? " (unique)" : "") + Marks(bundle, []);
        WriteItem(depth, $"Container bundle{set}: {bundle.Id} [{bundle.Image}]{marks}:");
        foreach (BundleReplica replica in bundle.Replicas)
            WriteReplica(replica, depth + 1);
    }

    private void WriteReplica(BundleReplica replica, int depth)
    {
        ResourceState shown = replica.Service ?? replica.Container;
        string name = (replica.Connection ?? replica.Container).Id.Value;
        if (replica.IpAddress is not null)
            name += $" ({replica.IpAddress})";

        // The service runs in the container: what counts for people is the host that the container is on.
        ImmutableArray<NodeId> host = replica.Container.ActiveOn.IsEmpty ? [] : [replica.Container.ActiveOn[0]];
        WriteItem(depth, PrimitiveText.Line((ResourceState.Primitive)shown, name, host, _activity));
    }
}
