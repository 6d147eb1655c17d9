using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>Gives every resource its node, what others follow first.</summary>
internal sealed class Assignment
{
    private readonly World _world;
    private readonly PrimitiveAssignment _primitives;
    private readonly InstanceAssignment _instances;
    private readonly Promotion _promotion;
    private readonly BundleAssignment _bundles;

    public Assignment(World world)
    {
        _world = world;
        Following = new ColocationScores(world);
        Effects = new ColocationEffects(world, this);
        _primitives = new PrimitiveAssignment(world, this);
        _instances = new InstanceAssignment(world, this);
        _promotion = new Promotion(world, this);
        _bundles = new BundleAssignment(world, this);
    }

    public ColocationScores Following { get; }

    public ColocationEffects Effects { get; }

    public InstanceAssignment Instances => _instances;

    public PrimitiveAssignment Primitives => _primitives;

    /// <summary>
    /// Leaves all as it is where fencing is asked for and there is no device: no start at all rather
    /// than starts that can't be made safe.
    /// </summary>
    public static void RequireFencing(World world)
    {
        if (!world.Settings.FencingEnabled || world.HaveFencing)
            return;
        foreach (PlanResource resource in world.AllResources())
        {
            if (resource.IsPrimitive)
                resource.Clear(Is.Managed);
        }
    }

    public void Run()
    {
        Utilization.LogOriginal(_world);
        if (_world.Settings.Placement != "default")
            new ResourceOrder(_world, this).Sort();
        foreach (PlanResource resource in _world.Resources.ToList())
        {
            if (resource.IsConnection)
                Assign(resource, resource.PartialTarget, StopIfNone.Yes);
        }

        foreach (PlanResource resource in _world.Resources.ToList())
        {
            if (resource.IsConnection)
                continue;
            // A bundle that was placed for another's sake is listed again at its turn, with what came of it.
            if (resource.Kind == ResourceKind.Bundle && !resource.Has(Is.Unassigned))
                _bundles.Show(resource);
            Assign(resource, null, StopIfNone.Yes);
        }

        Utilization.LogRemaining(_world);
    }

    public PlanNode? Assign(PlanResource resource, PlanNode? prefer, StopIfNone stopIfNone)
    {
        _world.Budget.Descend();
        switch (resource.Kind)
        {
            case ResourceKind.Primitive:
                return _primitives.Assign(resource, prefer, stopIfNone);
            case ResourceKind.Group:
                return Group(resource, prefer, stopIfNone);
            case ResourceKind.Clone:
                Clone(resource, stopIfNone);
                return null;
            case ResourceKind.Bundle:
                _bundles.Assign(resource, stopIfNone);
                return null;
            default:
                throw new InvariantException($"resource kind {resource.Kind}");
        }
    }

    private PlanNode? Group(PlanResource group, PlanNode? prefer, StopIfNone stopIfNone)
    {
        if (!group.Has(Is.Unassigned))
            return group.Children.Count > 0 ? group.Children[0].Assigned : null;
        if (group.Has(Is.Assigning))
            return null;
        if (group.Children.Count == 0)
        {
            group.Clear(Is.Unassigned);
            return null;
        }

        group.Set(Is.Assigning);
        ShowScores(group, "pcmk__group_assign");
        foreach (PlanResource member in group.Children)
            ShowScores(member, "pcmk__group_assign");
        PlanNode? first = null;
        foreach (PlanResource member in group.Children)
        {
            PlanNode? node = Assign(member, prefer, stopIfNone);
            first ??= node;
        }

        group.NextRole = group.Children[0].NextRole;
        group.Assigned = first;
        group.Clear(Is.Assigning | Is.Unassigned);
        return group.Group!.Colocated ? first : null;
    }

    private void Clone(PlanResource clone, StopIfNone stopIfNone)
    {
        if (!clone.Has(Is.Unassigned) || clone.Has(Is.Assigning))
            return;
        if (clone.IsPromotable)
            _promotion.AddScores(clone);
        clone.Set(Is.Assigning);
        foreach (Colocation colocation in ColocationLists.WithOthers(clone))
            Assign(colocation.Primary, null, stopIfNone);
        foreach (Colocation colocation in ColocationLists.OthersWith(clone))
            AddDependentScores(clone, colocation);
        ShowScores(clone, "pcmk__clone_assign");
        foreach (PlanResource instance in clone.Children)
        {
            ShowScores(instance, "pcmk__clone_assign");
            if (instance.Kind == ResourceKind.Group)
                instance.Children.ForEach(m => ShowScores(m, "pcmk__clone_assign"));
        }

        _instances.Sort(clone.Children);
        _instances.Assign(clone, clone.Children, clone.Clone!.Max, clone.Clone.NodeMax);
        if (clone.IsPromotable)
            _promotion.SetRoles(clone);
        clone.Clear(Is.Assigning | Is.Unassigned);
    }

    public void AddDependentScores(PlanResource primary, Colocation colocation)
    {
        if (!ColocationLists.Influences(colocation, null))
            return;
        double factor = (double)colocation.Score / Scores.Infinity;
        primary.Adopt(
            Following.Add(
                colocation.Dependent, primary, primary.Allowed, colocation, factor,
                primary.Kind == ResourceKind.Clone ? Wishes.KeepActive | Wishes.NonNegative
                    : Wishes.KeepActive),
            new ScoreReason(ScoreRule.Follower, colocation.Id, colocation.Dependent));
        AvoidWhereGroupCannotBegin(primary, colocation);
    }

    // A group begins with its first member, which bears what is said of the group. Where that can't be, no
    // other member comes to follow (recorded case banned-group-inner-constraints).
    private void AvoidWhereGroupCannotBegin(PlanResource primary, Colocation colocation)
    {
        if (colocation.Score < Scores.Infinity || colocation.Attribute is not null
            || colocation.Dependent.Parent is not { Kind: ResourceKind.Group, Group.Colocated: true } group
            || ReferenceEquals(group, primary.Parent))
            return;
        PlanResource first = group.Children[0];
        WorkTable work = primary.Allowed.Copy();
        foreach (PlanNode node in _world.Nodes)
        {
            if (work.Has(node.Index) && first.Allowed.Has(node.Index)
                && first.Allowed[node.Index] <= -Scores.Infinity)
                work.Put(node.Index, -Scores.Infinity);
        }

        if (Availability.AnyAvailable(_world, work))
            primary.Adopt(work, new ScoreReason(ScoreRule.Follower, colocation.Id, colocation.Dependent));
    }

    public void ShowScores(PlanResource resource, string label)
    {
        if (!_world.Request.KeepScores || resource.Has(Is.Removed))
            return;
        foreach (PlanNode node in _world.Nodes)
        {
            if (resource.Allowed.Has(node.Index))
            {
                _world.ScoreLines.Add(new ScoreLine.Allocation(
                    label, new ResourceId(resource.Id), new NodeId(node.Name), resource.Allowed[node.Index]));
            }
        }
    }
}

/// <summary>Whether a resource that finds no node is to be stopped for good in this plan.</summary>
internal enum StopIfNone
{
    Yes,
    No,
}
