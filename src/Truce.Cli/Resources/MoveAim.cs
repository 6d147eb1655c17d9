using Truce.Analysis.WhatIf;
using Truce.Cli.Cluster;
using Truce.Cli.Editing;
using Truce.Contracts;
using Truce.Model;

namespace Truce.Cli.Resources;

/// <summary>What a move moves: a resource, or the promoted instance of a promotable clone.</summary>
/// <param name="Resource">Whom the constraint is about.</param>
/// <param name="Inside">The primitives that are moved.</param>
internal abstract record MoveAim(string Resource, IReadOnlyCollection<string> Inside)
{
    /// <summary>Of a promotable clone, or of what is in one, the promoted instance; of anything else the
    /// whole.</summary>
    public static MoveAim Of(CibDocument document, string resource) =>
        document.PromotableOf(resource) is { } clone
            ? new PromotedInstance(clone, ResourceCommand.Inside(document, clone))
            : new Whole(resource, ResourceCommand.Inside(document, resource));

    /// <summary>Sends it to a node until an instant.</summary>
    public abstract void Prefer(CibDocument document, string node, DateTimeOffset until);

    /// <summary>Keeps it off a node until an instant.</summary>
    public abstract void Ban(CibDocument document, string node, DateTimeOffset until);

    /// <summary>Where it is on paper.</summary>
    public abstract IReadOnlyList<string> On(OnPaper paper, Cib cib);

    /// <summary>Where it is.</summary>
    public abstract IReadOnlyList<string> On(ClusterStatusDocument status);

    /// <summary>Whether it is there.</summary>
    public abstract bool IsThere(IReadOnlyList<string> nodes, string node);

    /// <summary>Why it isn't there, on paper; empty: paper doesn't say.</summary>
    public abstract string WhyNot(OnPaper paper, Cib cib, string node);

    /// <summary>The cluster once it is there and its agent has noticed.</summary>
    public abstract Cib Arrived(Cib cib, IReadOnlyList<string> before, string node);

    /// <summary>Whether only what its agent says after the move shows that it stays.</summary>
    public abstract bool AwaitsAgent { get; }

    /// <summary>How it is somewhere, in words: <c>web is</c>, <c>db is promoted</c>.</summary>
    public abstract string Is { get; }

    /// <summary>The same of what would not be.</summary>
    public abstract string WouldNot { get; }

    /// <summary>All of a resource.</summary>
    private sealed record Whole(string Resource, IReadOnlyCollection<string> Inside)
        : MoveAim(Resource, Inside)
    {
        public override bool AwaitsAgent => false;

        public override string Is => $"{Resource} is";

        public override string WouldNot => $"{Resource} would not go to";

        public override void Prefer(CibDocument document, string node, DateTimeOffset until) =>
            document.Prefer(Resource, node, until);

        public override void Ban(CibDocument document, string node, DateTimeOffset until) =>
            document.Ban(Resource, node, until);

        public override IReadOnlyList<string> On(OnPaper paper, Cib cib) => paper.NodesOf(cib, Inside);

        public override IReadOnlyList<string> On(ClusterStatusDocument status) => [.. status.NodesOf(Inside)];

        public override bool IsThere(IReadOnlyList<string> nodes, string node) => nodes.SequenceEqual([node]);

        public override string WhyNot(OnPaper paper, Cib cib, string node) =>
            paper.WhyNot(cib, Resource, node);

        public override Cib Arrived(Cib cib, IReadOnlyList<string> before, string node) => cib;
    }

    // Where the other instances run is none of its business.
    private sealed record PromotedInstance(string Resource, IReadOnlyCollection<string> Inside)
        : MoveAim(Resource, Inside)
    {
        public override bool AwaitsAgent => true;

        public override string Is => $"{Resource} is promoted";

        public override string WouldNot => $"{Resource} would not be promoted on";

        public override void Prefer(CibDocument document, string node, DateTimeOffset until) =>
            document.PreferPromoted(Resource, node, until);

        public override void Ban(CibDocument document, string node, DateTimeOffset until) =>
            document.BanPromoted(Resource, node, until);

        public override IReadOnlyList<string> On(OnPaper paper, Cib cib) => paper.PromotedOn(cib, Inside);

        public override IReadOnlyList<string> On(ClusterStatusDocument status) =>
            [.. status.Resources.Where(r => r.Role == "Promoted" && Inside.Contains(r.Id))
                .Select(r => r.Node!).Distinct()];

        public override bool IsThere(IReadOnlyList<string> nodes, string node) => nodes.Contains(node);

        public override string WhyNot(OnPaper paper, Cib cib, string node) =>
            paper.WhyNotPromoted(cib, Resource);

        public override Cib Arrived(Cib cib, IReadOnlyList<string> before, string node) =>
            before.FirstOrDefault(n => n != node) is { } left
                ? PromotionScores.Exchange(cib, Inside, left, node) : cib;
    }
}
