using System.Globalization;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Model.Rules;
using Truce.Runtime.Controller;

namespace Truce.Runtime.Tools;

/// <summary>crm_resource: parameters, meta attributes, utilization, where
/// something runs, what was done.</summary>
internal static class ResourceTool
{
    private const string Options = "r,resource= g,get-parameter= p,set-parameter= d,delete-parameter= v,parameter-value= m,meta "
        + "z,utilization W,locate O,list-operations o,list-all-operations N,node= H,host-uname= Q,quiet V,verbose l,list-raw "
        + "C,cleanup R,refresh n,operation= I,interval= f,force";

    /// <summary>crm_resource.</summary>
    public static ToolOutcome Run(ToolCall call, ToolContext context)
    {
        ToolOptions options = ToolOptions.Read(call.Arguments, Options);
        if (options.Problem is { } problem)
            return AgentTools.Usage(call, problem);
        if (options.Has("list-operations", "list-all-operations"))
            return Operations(options, context);
        if (options.Has("list-raw"))
            return ToolOutcome.Say(string.Join('\n', Primitives(context).Select(p => p.Id)));
        if (options.Has("cleanup", "refresh"))
            return Cleanup(options, context);
        if (options["resource"] is not { Length: > 0 } id)
            return AgentTools.Usage(call, "Must supply a resource id with -r");
        Configuration configuration = context.State.Cib.Configuration;
        MetaAttributes meta = MetaAttributes.Of(configuration);
        // An agent of an instance knows it as db:0.
        Resource? resource = meta.Index.Resource(new ResourceId(id))
            ?? meta.Index.Resource(new ResourceId(InstanceNames.Configured(id)));
        if (resource is null)
        {
            return ToolOutcome.Fail(
                ToolCodes.NoSuchThing, $"Resource '{id}' not found\ncrm_resource: Error performing operation: No such object");
        }

        if (options.Has("locate"))
            return Locate(resource, id, context);
        if (options["get-parameter"] is { } wanted)
            return Get(meta, resource, id, wanted, options, call);
        if (options["set-parameter"] is { } name)
            return options["parameter-value"] is { } value
                ? Set(call, context, resource, name, value, options)
                : AgentTools.Usage(call, "You need to supply a value with the -v option");
        return options["delete-parameter"] is { } gone
            ? Set(call, context, resource, gone, null, options)
            : AgentTools.Usage(call, "a query or command for the resource is missing");
    }

    private static ToolOutcome Get(MetaAttributes meta, Resource resource, string id, string name, ToolOptions options, ToolCall call)
    {
        string? value = options.Has("meta") ? meta.Value(resource, name)
            : options.Has("utilization") ? AttributeSets.Value(
                (resource as Resource.Primitive)?.Utilization ?? [], name, RuleContext.Nothing)
            : AttributeSets.Value(
                resource is Resource.Primitive primitive ? meta.Index.Effective(primitive).InstanceAttributes : resource.InstanceAttributes,
                name, RuleContext.Nothing);
        return value is null
            ? new ToolOutcome.Answered(ToolCodes.Ok, "", $"Attribute '{name}' not found for '{id}'\n")
            // An agent knows its own secrets; others' are none of its business.
            : ToolOutcome.Say(InstanceNames.IsOf(call.Resource, resource.Id.Value) ? value : SecretNames.Shown(name, value)!);
    }

    private static ToolOutcome Set(
        ToolCall call, ToolContext context, Resource resource, string name, string? value, ToolOptions options)
    {
        Cib cib = context.State.Cib;
        (string kind, Cib? changed) = options.Has("utilization")
            ? ("utilization", CibEditor.SetResourceUtilization(cib, resource.Id, name, value))
            : options.Has("meta")
                ? ("meta_attributes", value is null
                    ? CibEditor.RemoveResourceMeta(cib, resource.Id, name)
                    : CibEditor.SetResourceMeta(cib, resource.Id, name, value))
                : ("instance_attributes", CibEditor.SetResourceParameter(cib, resource.Id, name, value));
        string where = $"'{resource.Id}' option: id={resource.Id}-{kind}-{name}";
        return ToolWishes.Configuration(call, context, changed, value is null
            ? $"Deleted {where} name={name}\n"
            : $"Set {where} set={resource.Id}-{kind} name={name} value={SecretNames.Shown(name, value)}\n");
    }

    private static ToolOutcome Locate(Resource resource, string id, ToolContext context)
    {
        ResourceId[] inside = [.. StatusView.PrimitivesOf(context.State.Cib.Configuration, resource.Id.Value)];
        ResourceStatus[] active =
        [
            .. ResourceView.Make(context.State).Where(r => r.IsActive && inside.Contains(new ResourceId(r.Id))),
        ];
        return ToolOutcome.Say(active.Length == 0
            ? $"resource {id} is NOT running"
            : string.Join('\n', active.Select(r => $"resource {id} is running on: {r.Node}{(r.Role == "Promoted" ? " Promoted" : "")}")));
    }

    private static ToolOutcome.Wished Cleanup(ToolOptions options, ToolContext context)
    {
        ResourceId[] resources = options["resource"] is { } id
            ? [.. StatusView.PrimitivesOf(context.State.Cib.Configuration, InstanceNames.Configured(id))]
            : [];
        NodeId? node = options["node", "host-uname"] is { } name ? context.NodeOf(name) : null;
        return new ToolOutcome.Wished(
            new ControlRequest.Submit(new Command.Forget(resources.ToEquatableArray(), node, options.Has("refresh"), null)),
            $"Cleaned up {(resources.Length == 0 ? "all resources" : string.Join(", ", resources))}{(node is null ? "" : $" on {node}")}\n");
    }

    private static ToolOutcome.Answered Operations(ToolOptions options, ToolContext context)
    {
        ResourceStatus[] all = [.. ResourceView.Make(context.State)];
        return new ToolOutcome.Answered(
            ToolCodes.Ok,
            string.Concat(
                from member in context.State.Members.Values
                where options["node", "host-uname"] is not { } node || member.Node == context.NodeOf(node)
                from history in context.StatusOf(member.Node)?.History?.Resources ?? []
                where options["resource"] is not { } id || InstanceNames.IsOf(history.Id.Value, id)
                from record in history.Operations
                where !HistoryReading.IsFailure(record)
                let role = all.FirstOrDefault(r => r.Instance == history.Id.Value && r.Node == member.Node.Value)?.Role ?? "Stopped"
                select Line(history, record, member.Node, role)),
            "");
    }

    private static string Line(ResourceHistory history, OperationRecord record, NodeId node, string role)
    {
        string agent = $"{history.Class}:{(history.Provider is null ? "" : history.Provider + ":")}{history.Type}";
        string changed = DateTimeOffset.FromUnixTimeSeconds(record.LastRcChange ?? 0)
            .ToString("ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture);
        return $"{history.Id}\t({agent}):\t {role}: {record.OperationKey ?? record.Id} (node={node}, call={record.CallId}, "
            + $"rc={record.RcCode}, last-rc-change='{changed}', exec={record.ExecTimeMs ?? 0}ms): {Status(record)}\n";
    }

    private static string Status(OperationRecord record) => (ExecutionStatus)record.OpStatus switch
    {
        ExecutionStatus.Pending => "pending",
        ExecutionStatus.Done => "complete",
        ExecutionStatus.Cancelled => "Cancelled",
        ExecutionStatus.TimedOut => "Timed Out",
        ExecutionStatus.NotSupported => "NOT SUPPORTED",
        ExecutionStatus.NotInstalled => "Not installed",
        ExecutionStatus.Error or ExecutionStatus.ErrorHard or ExecutionStatus.ErrorFatal or ExecutionStatus.NotConnected
            or ExecutionStatus.Invalid => "Error",
    };

    private static IEnumerable<Resource.Primitive> Primitives(ToolContext context) =>
        context.State.Cib.Configuration.Resources.SelectMany(r => r.Primitives);
}
