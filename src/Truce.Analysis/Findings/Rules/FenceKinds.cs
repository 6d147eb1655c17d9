namespace Truce.Analysis.Findings.Rules;

/// <summary>What kinds of hardware fence agents speak to.</summary>
internal static class FenceKinds
{
    private static readonly HashSet<string> s_controllers =
    [
        "fence_ipmilan", "fence_ipmilanplus", "fence_idrac", "fence_drac", "fence_drac5", "fence_ilo", "fence_ilo2",
        "fence_ilo3", "fence_ilo4", "fence_ilo5", "fence_ilo_ssh", "fence_ilo3_ssh", "fence_ilo4_ssh",
        "fence_ilo5_ssh", "fence_ilo_mp", "fence_imm", "fence_rsa", "fence_redfish", "fence_amt", "external/ipmi",
    ];

    private static readonly HashSet<string> s_clouds =
    [
        "fence_aws", "fence_azure_arm", "fence_gce", "fence_aliyun", "fence_ibm_vpc", "fence_ibm_powervs",
        "fence_openstack", "fence_ovh", "fence_ecloud",
    ];

    /// <summary>A management controller within the machine that it switches.</summary>
    public static bool IsController(PlacedPrimitive device) => s_controllers.Contains(device.Type);

    /// <summary>The interface of a cloud, whose network is redundant below what its guests see.</summary>
    public static bool IsCloud(PlacedPrimitive device) => s_clouds.Contains(device.Type);

    /// <summary>An agent that only decides whether another one is used, or makes it needless.</summary>
    public static bool IsHelper(PlacedPrimitive device) => device.Type is "fence_kdump"
        or "fence_heuristics_ping";
}
