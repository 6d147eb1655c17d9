using System.Text;
using Truce.Fuzz.Running;
using Truce.Model;
using Truce.Model.Xml;
using Truce.Scheduler;

namespace Truce.Fuzz.Targets;

/// <summary>The CIB reader, and whatever stands on what it accepts: writer, masks, planner.</summary>
internal static class CibTarget
{
    private static readonly DateTimeOffset s_now = new(2026, 5, 7, 12, 0, 0, TimeSpan.Zero);
    private const long WorkMax = 20_000_000;
    private static readonly CibLimits s_limits = CibLimits.Default;

    private static readonly string[] s_words =
    [
        "<primitive id=\"x\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\"/>", "<clone id=\"cx\">",
            "</clone>", "<group id=\"gx\">", "</group>",
        "<nvpair id=\"nx\" name=\"target-role\" value=\"Stopped\"/>",
            "<nvpair id=\"ny\" name=\"clone-max\" value=\"3\"/>", "<meta_attributes id=\"mx\">",
            "</meta_attributes>",
        "<rsc_location id=\"lx\" rsc=\"p1\" node=\"n1\" score=\"INFINITY\"/>",
            "<rsc_colocation id=\"kx\" rsc=\"p1\" with-rsc=\"p2\" score=\"-INFINITY\"/>",
        "<rsc_order id=\"ox\" first=\"p1\" then=\"p2\" kind=\"Serialize\"/>",
            "<rule id=\"rx\" score=\"1\" boolean-op=\"or\">",
            "<expression id=\"ex\" attribute=\"#uname\" operation=\"eq\" value=\"n1\"/>",
        "<date_expression id=\"dx\" operation=\"in_range\" start=\"2026-01-01\" end=\"2026-12-31\"/>",
            "<bundle id=\"bx\"><docker image=\"i\" replicas=\"2\"/></bundle>",
        "promotable", "globally-unique", "interleave", "ordered", "notify", "migration-threshold",
            "failure-timeout", "resource-stickiness", "remote-node", "allow-migrate",
        "stonith-enabled", "no-quorum-policy", "placement-strategy", "symmetric-cluster", "maintenance-mode",
            "stop-all-resources", "priority-fencing-delay",
        "n1", "n2", "p1", "p2", "g1", "c1", "Started", "Stopped", "Promoted", "Unpromoted", "INFINITY",
            "-INFINITY", "true", "false", "online", "offline", "member", "down",
        "<lrm_rsc_op id=\"p1_monitor_10000\" operation=\"monitor\" interval=\"10000\" call-id=\"3\" rc-code=\"7\" op-status=\"0\" transition-key=\"1:2:0:x\" transition-magic=\"0:7;1:2:0:x\"/>",
    ];

    /// <summary>Reads, masks, writes, reads again and plans.</summary>
    public static FuzzTarget Planner { get; } = new(
        "cib", [.. Cibs.Select(Encoding.UTF8.GetBytes)], s_words, Plan);

    /// <summary>Bytes of any encoding.</summary>
    public static FuzzTarget Encodings { get; } = new(
        "encodings",
        [.. Cibs.Select(Encoding.UTF8.GetBytes),
            Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(Cibs[0])).ToArray(),
            Encoding.Latin1.GetBytes("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + Cibs[0])],
        ["<?xml version=\"1.0\" encoding=\"", "utf-16", "utf-7", "us-ascii", "\u00e9", "\ufeff"], Decode);

    private static string[] Cibs => SeedCibs.All;

    private static void Plan(byte[] input)
    {
        using MemoryStream stream = new(input);
        if (CibReader.Read(stream, "fuzz", s_limits) is not CibReadResult.Accepted { Cib: var cib })
            return;
        string written = CibWriter.Write(cib);
        if (CibReader.Parse(written) is not CibReadResult.Accepted { Cib: var again })
            throw new FindingException("what was accepted is refused when it was written");
        if (CibWriter.Write(again) != written)
            throw new FindingException("a second writing differs from the first");
        Unmasking back = SecretNames.Unmask(SecretNames.Masked(cib).Configuration, cib.Configuration);
        if (CibWriter.WriteConfiguration(back.Configuration) != CibWriter.WriteConfiguration(cib.Configuration))
            throw new FindingException("the masks don't come off again");
        if (Bounded(cib))
            Plan(cib);
    }

    // As a controller plans: within a budget.
    private static void Plan(Cib cib)
    {
        try
        {
            _ = Scheduler.Planner.Plan(
                cib, new PlanOptions { Now = s_now,
                    Budget = new PlanBudget(WorkMax, CancellationToken.None) });
        }
        catch (PlanBudgetException)
        {
        }
    }

    // Expansions have limits of their own where configurations are committed; here they would only take time.
    private static bool Bounded(Cib cib) =>
        !ExpansionLimits.Exceeded(cib.Configuration, new ConfigurationIndex(cib.Configuration)).Any()
        && !CibWriter.Write(cib).Split('"').Any(
            v => v.Length is > 2 and < 20 && long.TryParse(v, out long n) && n is > 64 and < 1_000_000_000);

    private static void Decode(byte[] input)
    {
        if (XmlText.Decode(input) is not XmlText.Decoded(var text))
            return;
        _ = CibReader.Parse(text);
    }
}
