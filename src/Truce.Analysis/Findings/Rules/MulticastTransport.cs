using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Nodes that find each other by multicast.</summary>
public sealed class MulticastTransport : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Corosync;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("multicast-transport", Severity.Warning,
        "The nodes talk by multicast (transport: udp)",
        "Many switches and all clouds drop or limit multicast: nodes that are well lose each "
            + "other; there is one link only, and no encryption");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from file in input.Corosync.Take(1)
        where file.Transport == "udp"
        select CorosyncSpot.Sight(file, file.Totem!.Find("transport")!, "totem.transport", "transport: udp "
            + "is multicast",
            "use knet (the default of Corosync 3), with a nodelist");
}
