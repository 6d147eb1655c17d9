using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>Chooses which instances of a promotable clone are promoted.</summary>
internal sealed class Promotion(World world, Assignment all)
{
    private const int NoScore = -1;

    /// <summary>Before placement: instances are drawn to where they'd be promoted.</summary>
    public void AddScores(PlanResource clone)
    {
        if (clone.Has(Is.PromotedSet))
            return;
        clone.Set(Is.PromotedSet);
        foreach (PlanResource instance in clone.Children)
        {
            foreach (PlanNode node in world.Nodes)
            {
                if (!instance.Allowed.Has(node.Index) || !Availability.CanRun(node))
                    continue;
                int score = ScoreOf(instance, node, out _);
                if (score <= 0)
                    continue;
                int sum = Scores.Add(score, instance.Allowed[node.Index]);
                if (sum != instance.Allowed[node.Index])
                {
                    instance.AddScore(node.Index, score, new ScoreReason(ScoreRule.Promotion));
                }

                if (score > instance.Priority)
                    instance.Priority = score;
            }
        }
    }

    private static int ScoreOf(PlanResource instance, PlanNode node, out bool isDefault)
    {
        isDefault = true;
        if (instance.Children.Count > 0)
        {
            int sum = 0;
            foreach (PlanResource child in instance.Children)
            {
                int score = ScoreOf(child, node, out bool none);
                if (!none)
                    isDefault = false;
                if (score != NoScore || !none)
                    sum = Scores.Add(sum, none ? 0 : score);
            }

            return isDefault ? NoScore : sum;
        }

        if (!Applies(instance, node))
            return NoScore;
        // A unique instance has a score of its own; of one of many alike, the score of any is as good.
        string? value = Value(node, instance.HistoryId, instance)
            ?? (instance.Has(Is.Unique) ? null : Value(node, Strip(instance.Id), instance));
        if (value is null)
            return NoScore;
        isDefault = false;
        return SettingsUnpack.Number(value, 0);
    }

    private static string Strip(string id)
    {
        int colon = id.LastIndexOf(':');
        return colon > 0 ? id[..colon] : id;
    }

    private static string? Value(PlanNode node, string name, PlanResource resource)
    {
        string attribute = $"master-{name}";
        if (resource.Meta.GetValueOrDefault("container-attribute-target") == "host" && node.IsGuest)
        {
            PlanNode? host = node.Connection?.Container?.Assigned
                ?? (node.Connection?.Container?.Running is [PlanNode running, ..] ? running : null);
            return host?.Attribute(attribute);
        }

        return node.Attribute(attribute);
    }

    private static bool Applies(PlanResource instance, PlanNode node)
    {
        if (!instance.Has(Is.Unique))
        {
            PlanResource? active = null;
            bool known = false;
            foreach (PlanResource other in Siblings(instance))
            {
                // Instances times nodes times instances.
                instance.Budget.Spend();
                if (other.Running.Contains(node))
                    active ??= other;
                known |= other.Known?.Contains(node.Index) == true;
            }

            if (ReferenceEquals(active, instance))
                return true;
            if (active is null && known)
                return true;
        }

        if (instance.Running.Count == 0 && (instance.Known is null || instance.Known.Count == 0))
            return true;
        return instance.Known?.Contains(node.Index) == true || instance.Running.Contains(node);
    }

    private static IEnumerable<PlanResource> Siblings(PlanResource instance)
    {
        PlanResource clone = instance.TopBelowBundle;
        foreach (PlanResource child in clone.Children)
        {
            if (child.IsPrimitive)
            {
                yield return child;
                continue;
            }

            foreach (PlanResource member in child.Children)
            {
                if (member.ConfigId == instance.ConfigId)
                    yield return member;
            }
        }
    }

    /// <summary>After placement: orders instances by their claim, and promotes as many as may be.</summary>
    public void SetRoles(PlanResource clone)
    {
        CloneData data = clone.Clone!;
        data.ChoosingRoles = true;
        foreach (PlanResource instance in clone.Children)
        {
            SetPriority(clone, instance);
            if (instance.NextRole is ResourceRole.Unknown or ResourceRole.Started && Instances.Place(instance, false) is not null)
                instance.NextRole = ResourceRole.Unpromoted;
        }

        SortByClaim(clone);
        clone.Allowed.ClearCounts();
        int promoted = 0;
        foreach (PlanResource instance in clone.Children)
        {
            Show(instance);
            PlanNode? chosen = promoted < data.PromotedMax ? WherePromoted(clone, instance) : null;
            if (chosen is null || RoleOf(instance) < ResourceRole.Promoted && IsFrozen)
            {
                Unpromote(instance);
                continue;
            }

            clone.Allowed.SetCount(chosen.Index, clone.Allowed.Count(chosen.Index) + 1);
            promoted++;
            Promote(instance);
        }

        data.Active = promoted;
    }

    // Without quorum, what is frozen gets no more than it has.
    private bool IsFrozen => !world.Settings.HaveQuorum && world.Settings.NoQuorum == NoQuorum.Freeze;

    private void Show(PlanResource instance)
    {
        if (!world.Request.KeepScores)
            return;
        PlanNode? chosen = Instances.Place(instance, false);
        var id = new ResourceId(instance.Id);
        world.ScoreLines.Add(chosen is null
            ? new ScoreLine.InactivePromotion(id, instance.SortIndex)
            : new ScoreLine.Promotion(id, new NodeId(chosen.Name), instance.SortIndex));
    }

    private static void Promote(PlanResource instance)
    {
        if (instance.NextRole == ResourceRole.Unknown || instance.NextRole < ResourceRole.Promoted)
            instance.NextRole = ResourceRole.Promoted;
        foreach (PlanResource child in instance.Children)
            Promote(child);
    }

    private static void Unpromote(PlanResource instance)
    {
        if (instance.Children.Count == 0 && instance.Assigned is null)
            instance.NextRole = ResourceRole.Stopped;
        else if (instance.NextRole is ResourceRole.Unknown or ResourceRole.Started or ResourceRole.Promoted)
            instance.NextRole = ResourceRole.Unpromoted;
        foreach (PlanResource child in instance.Children)
            Unpromote(child);
    }

    private static PlanNode? WherePromoted(PlanResource clone, PlanResource instance)
    {
        foreach (PlanResource child in instance.Children)
        {
            if (WherePromotedOne(clone, child) is null)
                return null;
        }

        return WherePromotedOne(clone, instance);
    }

    private static PlanNode? WherePromotedOne(PlanResource clone, PlanResource instance)
    {
        PlanNode? node = Instances.Place(instance, false);
        if (node is null)
            return null;
        bool managed = instance.IsPrimitive ? instance.Has(Is.Managed) : true;
        if (!managed)
            return instance.Role == ResourceRole.Promoted ? node : null;
        PlanResource top = instance.Parent!.Kind == ResourceKind.Group ? instance.Parent : instance;
        if (top.SortIndex < 0 || top.PromotionPriority < 0)
            return null;
        if (!Availability.CanRunGuest(node))
            return null;
        if (!clone.Allowed.Has(node.Index))
            return null;
        return clone.Allowed.Count(node.Index) >= clone.Clone!.PromotedNodeMax && clone.Has(Is.Managed) ? null : node;
    }

    private void SetPriority(PlanResource clone, PlanResource instance)
    {
        PlanNode? chosen = Instances.Place(instance, false);
        instance.SortIndex = 0;
        ResourceRole next = InstanceNext(instance);
        // Where nothing can run, like on a guest that won't be there, none is to
        // be promoted, whatever its role is.
        if (chosen is not null && !Availability.CanRunGuest(chosen))
            instance.SetPromotion(NoScore, new ScoreReason(ScoreRule.NodeUnavailable));
        else if (next is ResourceRole.Unpromoted or ResourceRole.Stopped)
            instance.SetPromotion(-Scores.Infinity, new ScoreReason(ScoreRule.RoleAsked));
        else
            instance.SetPromotion(
                chosen is null ? NoScore : ScoreOf(instance, chosen, out _),
                    new ScoreReason(ScoreRule.Promotion));
        ByLocation(instance.Locations, instance, chosen);
        ByLocation(clone.Locations, instance, chosen);
        foreach (Colocation colocation in ColocationLists.WithOthers(instance))
        {
            // Follow what is placed already; whom to follow is placed first.
            if (chosen is not null && colocation.DependentRole >= ResourceRole.Unpromoted)
                all.Effects.Apply(instance, colocation.Primary, colocation);
        }

        instance.SortIndex = instance.PromotionPriority;
        if (next == ResourceRole.Promoted)
            instance.SortIndex = Scores.Infinity;
    }

    private static ResourceRole InstanceNext(PlanResource instance) =>
        instance.Children.Count > 0 ? instance.Children[0].NextRole : instance.NextRole;

    private static void ByLocation(List<Location> locations, PlanResource instance, PlanNode? chosen)
    {
        if (chosen is null)
            return;
        foreach (Location location in locations)
        {
            if (location.Role != ResourceRole.Promoted)
                continue;
            foreach ((PlanNode node, int score) in location.Nodes)
            {
                if (ReferenceEquals(node, chosen))
                    instance.AddPromotion(score, location.Reason);
            }
        }
    }

    /// <summary>What is to be with promoted instances shifts the claims by node.</summary>
    private void SortByClaim(PlanResource clone)
    {
        foreach (PlanResource instance in clone.Children)
        {
            if (Instances.Place(instance, false) is { } node && instance.SortIndex >= 0 && clone.Allowed.Has(node.Index))
                clone.AddScore(node.Index, instance.SortIndex,
                    new ScoreReason(ScoreRule.Promotion, "", instance));
        }

        foreach (Colocation colocation in ColocationLists.OthersWith(clone))
        {
            if (colocation.PrimaryRole != ResourceRole.Promoted || !ColocationLists.Influences(colocation, null))
                continue;
            double factor = (double)colocation.Score / Scores.Infinity;
            clone.Adopt(
                all.Following.Add(
                    colocation.Dependent, clone, clone.Allowed, colocation, factor,
                        Wishes.KeepActive | Wishes.NonNegative),
                new ScoreReason(ScoreRule.Follower, colocation.Id, colocation.Dependent));
        }

        foreach (TicketNeed need in clone.Tickets)
        {
            if (need.Role == ResourceRole.Promoted && (!need.Ticket.Granted || need.Ticket.Standby))
                all.Primitives.Forbid(
                    clone, new ScoreReason(need.Ticket.Granted ? ScoreRule.TicketStandby
                        : ScoreRule.TicketMissing, need.Id));
        }

        foreach (PlanResource instance in clone.Children)
        {
            if (IsKeptPromoted(instance))
                instance.SortIndex = Scores.Infinity;
            else if (Instances.Place(instance, false) is { } node && instance.SortIndex >= 0
                && clone.Allowed.Has(node.Index))
                instance.SortIndex = clone.Allowed[node.Index];
        }

        Sort(clone.Children);
    }

    // An unmanaged instance keeps its role, whichever other instance wants to be promoted.
    private static bool IsKeptPromoted(PlanResource instance) =>
        !instance.Has(Is.Managed) && InstanceNext(instance) == ResourceRole.Promoted;

    private void Sort(List<PlanResource> instances)
    {
        var order = new InstanceOrder(world, all);
        for (int i = 1; i < instances.Count; i++)
        {
            PlanResource moving = instances[i];
            int at = i;
            while (at > 0 && Compare(order, instances[at - 1], moving) > 0)
            {
                instances[at] = instances[at - 1];
                at--;
            }

            instances[at] = moving;
        }
    }

    private static int Compare(InstanceOrder order, PlanResource a, PlanResource b)
    {
        if (a.SortIndex != b.SortIndex)
            return b.SortIndex.CompareTo(a.SortIndex);
        ResourceRole first = RoleOf(a);
        ResourceRole second = RoleOf(b);
        if (first != second)
            return second.CompareTo(first);
        return order.Compare(a, b);
    }

    private static ResourceRole RoleOf(PlanResource instance) => instance.Children.Count > 0
        ? instance.Children.Max(c => c.Role) : instance.Role;
}
