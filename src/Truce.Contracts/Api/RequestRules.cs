using System.Collections.Immutable;

namespace Truce.Contracts;

/// <summary>
/// What the arguments of a request may be, whoever sends it: as in a configuration, names
/// aren't empty, and nothing holds what XML or a terminal can't take. Whether the things named
/// exist is for the controller to say.
/// </summary>
public static class RequestRules
{
    /// <summary>Longest name of a node, resource, attribute or ticket.</summary>
    public const int NameLengthMax = 255;

    /// <summary>Longest value of an attribute.</summary>
    public const int ValueLengthMax = 16 * 1024;

    /// <summary>Longest reason or comment.</summary>
    public const int RemarkLengthMax = 1024;

    /// <summary>Most paths of fencing that are told in one request: what
    /// one node may have to fence.</summary>
    public const int FencePathsMax = 512;

    private const int EventsMax = 1000;
    private const int WaitMsMax = 30_000;
    private const int ArgumentsMax = 256;
    private const int ArgumentLengthMax = 128 * 1024;

    /// <summary>What is wrong with it, and what to do; null: nothing.</summary>
    public static string? Problem(ClientRequest request) => request switch
    {
        ClientRequest.Greet or ClientRequest.GetStatus or ClientRequest.GetConfigurationHistory
            or ClientRequest.GetFenceHistory or ClientRequest.EndWait => null,
        ClientRequest.Watch => "watch is only available to roles; do: follow /v1/events/stream",
        ClientRequest.GetDeaths => "get-deaths is only available to roles; do: use fence history",
        ClientRequest.MayChange => "may-change is only available to roles; do: submit the change",
        ClientRequest.GetConfiguration get => get.Version is < 0
            ? "a version must be 0 or more; do: see truce config history"
            : Enum.IsDefined(get.Secrets) ? null : "secrets must be Masked or Shown",
        ClientRequest.GetEvents get => Number("after", get.After, 0, long.MaxValue)
            ?? Number("limit", get.Limit, 1, EventsMax) ?? Number("waitMs", get.WaitMs, 0, WaitMsMax),
        ClientRequest.ApplyConfiguration apply => Configuration(apply),
        ClientRequest.SetTransient set => Name("node", set.Node) ?? Name("name", set.Name) ?? Value("value", set.Value),
        ClientRequest.Cleanup cleanup => Optional("resource", cleanup.Resource) ?? Optional("node", cleanup.Node)
            ?? (Enum.IsDefined(cleanup.Scope) ? null : $"scope {(int)cleanup.Scope} is unknown; do: use Failures or Everything"),
        ClientRequest.Restart restart => Name("resource", restart.Resource) ?? Optional("node", restart.Node),
        ClientRequest.RunTool tool => Name("tool", tool.Tool)
            ?? (tool.Resource.Length == 0 ? null : Name("resource", tool.Resource)) ?? Arguments(tool.Arguments),
        ClientRequest.FenceNode fence => Name("node", fence.Node) ?? Remark("reason", fence.Reason)
            ?? (fence.Action is "reboot" or "off" or "on" ? null : "unknown action; do: use reboot, off or on"),
        ClientRequest.ConfirmFenced confirm => Name("node", confirm.Node) ?? Remark("reason", confirm.Reason),
        ClientRequest.ReleaseFencing release => Name("node", release.Node) ?? Remark("reason", release.Reason),
        ClientRequest.TellFencePaths told => Name("from", told.From) ?? Paths(told.Paths),
        ClientRequest.ResyncNode resync => Name("node", resync.Node) ?? Remark("reason", resync.Reason),
        ClientRequest.SetTicket set => Name("ticket", set.Ticket)
            ?? (set.Granted is null && set.Standby is null ? "no change requested; do: set granted or standby" : null),
    };

    private static string? Configuration(ClientRequest.ApplyConfiguration apply) =>
        System.Text.Encoding.UTF8.GetByteCount(apply.Xml) > SizeBudget.CibBytesMax
            ? $"a configuration may have at most {SizeBudget.CibBytesMax} bytes"
            : Remark("comment", apply.Comment) ?? (apply.ExpectedVersion is < 0 ? "expected_version must be 0 or more" : null);

    private static string? Paths(ImmutableArray<TriedFencePath> paths)
    {
        if (paths.IsDefaultOrEmpty || paths.Length > FencePathsMax)
            return $"a request must have 1 to {FencePathsMax} paths";
        return paths.Select(p => Name("device", p.Device) ?? Name("target", p.Target)
            ?? Remark("failure", p.Failure))
            .FirstOrDefault(p => p is not null);
    }

    private static string? Arguments(ImmutableArray<string> arguments)
    {
        if (arguments.IsDefault || arguments.Length > ArgumentsMax)
            return $"a tool takes at most {ArgumentsMax} arguments";
        return arguments.Select(a => a.Length > ArgumentLengthMax
            ? $"an argument may have at most {ArgumentLengthMax} characters"
            : Text("an argument", a, lines: true)).FirstOrDefault(p => p is not null);
    }

    private static string? Optional(string what, string? name) => name is null ? null : Name(what, name);

    private static string? Name(string what, string name) => name.Length is > 0 and <= NameLengthMax && !string.IsNullOrWhiteSpace(name)
        ? Text(what, name, lines: false)
        : $"{what} must have 1 to {NameLengthMax} characters";

    private static string? Value(string what, string? value) => value is null
        ? null
        : value.Length <= ValueLengthMax ? Text(what, value, lines: true) : $"{what} may have at most {ValueLengthMax} characters";

    private static string? Remark(string what, string remark) => remark.Length <= RemarkLengthMax
        ? Text(what, remark, lines: false)
        : $"{what} may have at most {RemarkLengthMax} characters";

    private static string? Number(string what, long number, long min, long max) =>
        number >= min && number <= max ? null : $"{what} must be a number from {min} to {max}";

    // XML has no way to write these, not even escaped.
    private static string? Text(string what, string text, bool lines)
    {
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            bool pair = char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            if (pair)
                i++;
            else if (char.IsSurrogate(c) || c is '\uFFFE' or '\uFFFF' || (char.IsControl(c) && !(lines && c is '\t' or '\n' or '\r')))
                return $"{what} contains a character that isn't allowed (U+{(int)c:X4}, at {i + 1}); do: remove it";
        }

        return null;
    }
}
