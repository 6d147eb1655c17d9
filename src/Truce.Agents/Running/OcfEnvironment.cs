using System.Collections.Immutable;
using System.Globalization;
using Truce.Agents.Finding;
using Truce.Ports;

namespace Truce.Agents.Running;

/// <summary>
/// The environment of an OCF agent: exactly what docs/reference/agents.md lists, nothing inherited. The names
/// are those of the OCF standard and of Pacemaker, which agents rely on.
/// </summary>
public static class OcfEnvironment
{
    private const string CheckLevel = "OCF_CHECK_LEVEL";

    /// <summary>For an operation.</summary>
    public static ImmutableSortedDictionary<string, string> For(OperationSpec operation, AgentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(settings);
        ImmutableSortedDictionary<string, string>.Builder all = Common(settings).ToBuilder();
        AddAgent(all, operation, settings);
        AddMeta(all, operation, settings);
        foreach ((string name, string value) in operation.Parameters)
            all[name == CheckLevel ? CheckLevel : $"OCF_RESKEY_{name}"] = value;
        if (operation.Meta.TryGetValue(CheckLevel, out string? level))
            all[CheckLevel] = level;
        return all.ToImmutable();
    }

    /// <summary>What every agent gets, of whatever class.</summary>
    public static ImmutableSortedDictionary<string, string> Common(AgentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ImmutableSortedDictionary<string, string>.Builder all =
            ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        all["PATH"] = settings.SearchPath;
        foreach ((string name, string value) in settings.ExtraEnvironment)
            all[name] = value;
        return all.ToImmutable();
    }

    private static void AddAgent(
        ImmutableSortedDictionary<string, string>.Builder all, OperationSpec operation, AgentSettings settings)
    {
        all["OCF_ROOT"] = settings.OcfRoot;
        all["OCF_RA_VERSION_MAJOR"] = "1";
        all["OCF_RA_VERSION_MINOR"] = "1";
        all["OCF_RESOURCE_INSTANCE"] = operation.Resource;
        all["OCF_RESOURCE_TYPE"] = operation.Type;
        all["OCF_RESOURCE_PROVIDER"] = operation.Provider ?? "";
        all["OCF_EXIT_REASON_PREFIX"] = Processes.ExitReasonScanner.Prefix;
        all["HA_LOGFACILITY"] = settings.LogFacility;
        all["HA_debug"] = "0";
        all["HA_RSCTMP"] = settings.StateDirectory;
        if (settings.NodeName is not null)
            all["OCF_RESKEY_CRM_meta_on_node"] = settings.NodeName;
    }

    private static void AddMeta(
        ImmutableSortedDictionary<string, string>.Builder all, OperationSpec operation, AgentSettings settings)
    {
        all["OCF_RESKEY_crm_feature_set"] = settings.FeatureSet;
        all["OCF_RESKEY_CRM_meta_name"] = operation.Action;
        all["OCF_RESKEY_CRM_meta_interval"] = operation.IntervalMs.ToString(CultureInfo.InvariantCulture);
        all["OCF_RESKEY_CRM_meta_timeout"] =
            ((long)operation.Timeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        foreach ((string name, string value) in operation.Meta)
        {
            if (name != CheckLevel)
                all[$"OCF_RESKEY_CRM_meta_{name.Replace('-', '_')}"] = value;
        }
    }
}
