namespace Truce.Fuzz.Targets;

/// <summary>Small clusters with one of everything.</summary>
internal static class SeedCibs
{
    private const string Nodes = "<nodes><node id=\"1\" uname=\"n1\"/><node id=\"2\" uname=\"n2\"/></nodes>";

    private const string Up =
        "<node_state id=\"1\" uname=\"n1\" in_ccm=\"true\" crmd=\"online\" join=\"member\" expected=\"member\"/>"
        + "<node_state id=\"2\" uname=\"n2\" in_ccm=\"true\" crmd=\"online\" join=\"member\" expected=\"member\">"
        + "<lrm id=\"2\"><lrm_resources><lrm_resource id=\"p1\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\">"
        + "<lrm_rsc_op id=\"p1_last_0\" operation=\"start\" operation_key=\"p1_start_0\" interval=\"0\" call-id=\"2\" rc-code=\"0\" op-status=\"0\" "
        + "transition-key=\"1:1:0:x\" transition-magic=\"0:0;1:1:0:x\"/></lrm_resource></lrm_resources></lrm>"
        + "<transient_attributes id=\"2\"><instance_attributes id=\"t2\"><nvpair id=\"t2-1\" name=\"fail-count-p1\" value=\"2\"/></instance_attributes></transient_attributes></node_state>";

    /// <summary>As XML.</summary>
    public static string[] All { get; } =
    [
        Of("<primitive id=\"p1\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\"><instance_attributes id=\"i\"><nvpair id=\"i-1\" name=\"passwd\" value=\"caf\u00e9\"/></instance_attributes>"
            + "<operations><op id=\"p1-m\" name=\"monitor\" interval=\"10s\" timeout=\"20s\" on-fail=\"restart\"/></operations></primitive>"
            + "<group id=\"g1\"><primitive id=\"p2\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\"/><primitive id=\"p3\" class=\"systemd\" type=\"x\"/></group>",
            "<rsc_colocation id=\"c\" rsc=\"g1\" with-rsc=\"p1\" score=\"INFINITY\"/><rsc_order id=\"o\" first=\"p1\" then=\"g1\" kind=\"Mandatory\"/>"
            + "<rsc_location id=\"l\" rsc=\"p1\"><rule id=\"r\" score=\"100\"><expression id=\"e\" attribute=\"#uname\" operation=\"eq\" value=\"n1\"/>"
            + "<date_expression id=\"d\" operation=\"date_spec\"><date_spec id=\"ds\" hours=\"9-17\" weekdays=\"1-5\"/></date_expression></rule></rsc_location>"),
        Of("<clone id=\"c1\"><meta_attributes id=\"m\"><nvpair id=\"m-1\" name=\"promotable\" value=\"true\"/><nvpair id=\"m-2\" name=\"clone-max\" value=\"3\"/></meta_attributes>"
            + "<primitive id=\"p1\" class=\"ocf\" provider=\"pacemaker\" type=\"Stateful\"/></clone>"
            + "<primitive id=\"f\" class=\"stonith\" type=\"fence_ipmilan\"><instance_attributes id=\"fi\"><nvpair id=\"fi-1\" name=\"pcmk_host_map\" value=\"n1:1;n2:2\"/></instance_attributes></primitive>",
            "<rsc_ticket id=\"t\" rsc=\"c1\" ticket=\"T\" loss-policy=\"fence\"/><rsc_colocation id=\"s\" score=\"10\"><resource_set id=\"s1\" sequential=\"false\"><resource_ref id=\"p1\"/></resource_set></rsc_colocation>"),
        Of("<bundle id=\"b\"><docker image=\"i\" replicas=\"2\"/><network ip-range-start=\"10.0.0.1\"><port-mapping id=\"pm\" port=\"80\"/></network>"
            + "<primitive id=\"p1\" class=\"ocf\" provider=\"heartbeat\" type=\"apache\"/></bundle>"
            + "<template id=\"t\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\"/><primitive id=\"p2\" template=\"t\"><utilization id=\"u\"><nvpair id=\"u-1\" name=\"cpu\" value=\"2\"/></utilization></primitive>",
            ""),
    ];

    private static string Of(string resources, string constraints) =>
        "<cib validate-with=\"pacemaker-3.9\" admin_epoch=\"0\" epoch=\"1\" num_updates=\"0\" have-quorum=\"1\" dc-uuid=\"1\"><configuration>"
        + "<crm_config><cluster_property_set id=\"o\"><nvpair id=\"o-1\" name=\"stonith-enabled\" value=\"true\"/></cluster_property_set></crm_config>"
        + Nodes + $"<resources>{resources}</resources><constraints>{constraints}</constraints></configuration><status>{Up}</status></cib>";
}
