using Truce.Scheduler;

namespace Truce.Analysis.Rendering;

/// <summary>The section of the summary that lists what will be done, one line a
/// decision, columns aligned.</summary>
public static class TransitionSummary
{
    /// <summary>Writes the section with its title.</summary>
    public static void Write(TextWriter output, IReadOnlyList<Decision> decisions)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(decisions);
        output.Write("Transition Summary:\n");
        Columns columns = Columns.For(decisions);
        foreach (Decision decision in decisions)
        {
            switch (decision)
            {
                case Decision.Fence fence:
                    WriteFence(output, fence);
                    break;
                case Decision.Resource resource:
                    WriteResource(output, resource, columns);
                    break;
                case Decision.Leave:
                    break;
            }
        }
    }

    private static void WriteFence(TextWriter output, Decision.Fence fence)
    {
        string guest = fence.GuestResource is { } resource ? $" (resource: {resource})" : "";
        string reason = fence.Reason is null ? "" : $" '{fence.Reason}'";
        output.Write($"  * Fence ({fence.Action}) {fence.Node}{guest}{reason}\n");
    }

    private static void WriteResource(TextWriter output, Decision.Resource resource, Columns columns)
    {
        bool again = resource is { Change: ResourceChange.Promote, FromRole: ResourceRole.Promoted };
        string change = again ? "Re-promote" : $"{resource.Change}";
        output.Write($"  * {change,-10} {resource.Id.Value.PadRight(columns.Name)}   ");
        output.Write($"( {DetailOf(resource).PadLeft(columns.Detail)} )");
        if (resource.Reason is not null)
            output.Write($"  due to {resource.Reason}{(resource.Blocked ? " (blocked)" : "")}");
        else if (resource.Blocked)
            output.Write("  blocked");
        output.Write('\n');
    }

    private static string DetailOf(Decision.Resource r)
    {
        string from = PrimitiveText.Role(r.FromRole), to = PrimitiveText.Role(r.ToRole);
        return r.Shown switch
        {
            ChangeForm.Node => $"{r.FromNode ?? r.ToNode}",
            ChangeForm.RoleNode => $"{from} {r.FromNode ?? r.ToNode}",
            ChangeForm.NodeToNode => $"{r.FromNode} -> {r.ToNode}",
            ChangeForm.RoleToRole => $"{from} -> {to} {r.FromNode ?? r.ToNode}",
            ChangeForm.NodeToNodeRole => $"{r.FromNode} -> {r.ToNode} {to}",
            ChangeForm.RoleNodeToRoleNode => $"{from} {r.FromNode} -> {to} {r.ToNode}",
        };
    }

    private readonly record struct Columns(int Name, int Detail)
    {
        // The recorded summaries leave room of two behind a name that outgrows
        // the column, and none behind a detail.
        public static Columns For(IReadOnlyList<Decision> decisions)
        {
            int name = 5, detail = 5;
            foreach (Decision.Resource resource in decisions.OfType<Decision.Resource>())
            {
                int length = resource.Id.Value.Length;
                name = length > name ? length + 2 : name;
                detail = Math.Max(detail, DetailOf(resource).Length);
            }

            return new Columns(name, detail);
        }
    }
}
