using System.Collections.Immutable;

namespace Truce.Agents.Running;

/// <summary>A unit's state as <c>systemctl show</c> prints it.</summary>
/// <param name="Load">loaded, not-found, masked, error, …</param>
/// <param name="Active">active, reloading, inactive, failed, activating, deactivating, maintenance.</param>
/// <param name="Sub">running, exited, dead, auto-restart, …</param>
/// <param name="Result">success, exit-code, timeout, …</param>
/// <param name="Type">Of a service: simple, notify, oneshot, …</param>
internal sealed record SystemdUnit(string Load, string Active, string Sub, string Result, string Type)
{
    /// <summary>What to ask for.</summary>
    public const string Properties = "LoadState,ActiveState,SubState,Result,Type";

    /// <summary>Whether systemd knows a file for it.</summary>
    public bool IsThere => Load is not ("not-found" or "bad-setting" or "error");

    /// <summary>On its way to another state: the answer isn't known yet.</summary>
    public bool IsMoving => Active is "activating" or "deactivating";

    /// <summary>The OCF code of a monitor, once it doesn't move.</summary>
    public int Code => Active switch
    {
        "active" or "reloading" or "refreshing" => OcfCode.Success,
        "inactive" when !IsThere => OcfCode.NotInstalled,
        // systemd has ended what a failed unit had: it is down, which a
        // monitor that expects otherwise will say.
        "inactive" or "failed" => OcfCode.NotRunning,
        _ => OcfCode.Generic,
    };

    /// <summary>Reads <c>Name=value</c> lines.</summary>
    public static SystemdUnit Parse(string text)
    {
        ImmutableDictionary<string, string> values = text.Split('\n')
            .Select(l => l.Split('=', 2)).Where(p => p.Length == 2)
            .GroupBy(p => p[0]).ToImmutableDictionary(g => g.Key, g => g.Last()[1].Trim());
        return new SystemdUnit(
            values.GetValueOrDefault("LoadState", ""),
            values.GetValueOrDefault("ActiveState", ""),
            values.GetValueOrDefault("SubState", ""),
            values.GetValueOrDefault("Result", ""),
            values.GetValueOrDefault("Type", ""));
    }

    public override string ToString() => $"{Active} ({Sub}{(Result is "" or "success" ? "" : $", {Result}")})";
}
