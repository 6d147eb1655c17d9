namespace Truce.Model;

/// <summary>An agent as a configuration names it, such as <c>ocf:heartbeat:IPaddr2</c> or
/// <c>systemd:nginx</c>.</summary>
/// <param name="Class">The standard that it follows: ocf, systemd, lsb, service, stonith or older.</param>
/// <param name="Provider">Of an OCF agent; else null.</param>
/// <param name="Type">The agent's own name, the unit's, or the script's.</param>
public sealed record AgentName(string Class, string? Provider, string Type)
{
    /// <summary>The class of OCF resource agents.</summary>
    public const string Ocf = "ocf";

    /// <summary>The class of fence agents.</summary>
    public const string Stonith = "stonith";

    /// <summary>The class of systemd units.</summary>
    public const string Systemd = "systemd";

    /// <summary>The class of init scripts.</summary>
    public const string Lsb = "lsb";

    /// <summary>Whichever of <see cref="Lsb"/> and <see cref="Systemd"/> has it.</summary>
    public const string Service = "service";

    /// <summary>The classes of agents that schemas know; the last are history.</summary>
    public static IReadOnlyList<string> Classes { get; } =
        [Ocf, Systemd, Lsb, Stonith, Service, "upstart", "heartbeat", "nagios"];

    /// <summary>Reads <c>class:type</c> or <c>ocf:provider:type</c>; null if it is neither.</summary>
    public static AgentName? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':');
        return parts switch
        {
            [Ocf, { Length: > 0 } provider, { Length: > 0 } type] => new AgentName(Ocf, provider, type),
            [{ Length: > 0 } name, { Length: > 0 } type] when name != Ocf => new AgentName(name, null, type),
            _ => null,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Provider is null ? $"{Class}:{Type}" : $"{Class}:{Provider}:{Type}";
}
