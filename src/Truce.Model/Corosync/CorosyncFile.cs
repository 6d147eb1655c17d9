namespace Truce.Model.Corosync;

/// <summary>A corosync.conf of one node.</summary>
/// <param name="Name">What findings call it.</param>
/// <param name="Root">What stands in it.</param>
public sealed record CorosyncFile(string Name, CorosyncSection Root)
{
    /// <summary>The nodes that it lists.</summary>
    public CorosyncSection[] Nodes => [.. Root.First("nodelist")?.All("node") ?? []];

    /// <summary>The section <c>totem</c>; null: none.</summary>
    public CorosyncSection? Totem => Root.First("totem");

    /// <summary>The section <c>quorum</c>; null: none.</summary>
    public CorosyncSection? Quorum => Root.First("quorum");

    /// <summary>The quorum device; null: none.</summary>
    public CorosyncSection? Device => Quorum?.First("device");

    /// <summary>How messages are carried; Corosync 3 uses knet where nothing is written.</summary>
    public string Transport => Totem?.Find("transport")?.Text ?? "knet";

    /// <summary>Its times and votes; null if a number in it can't be used.</summary>
    public CorosyncTimes? Times => CorosyncTimes.From(Root, Name, Nodes.Length, []);
}
