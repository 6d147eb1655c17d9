using System.Collections.Immutable;
using Truce.Agents.Describing;
using Truce.Agents.Finding;
using Truce.Model;

namespace Truce.Agents.Bench;

/// <summary>What is tested, and how.</summary>
public sealed record BenchOptions
{
    /// <summary>The agent.</summary>
    public required AgentName Agent { get; init; }

    /// <summary>Where agents are on this machine.</summary>
    public required AgentSettings Settings { get; init; }

    /// <summary>The parameters of the resource.</summary>
    public ImmutableSortedDictionary<string, string> Parameters { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>A shell script that makes in each host what the resource needs (a disk image, a
    /// configuration); null: nothing.</summary>
    public string? Prepare { get; init; }

    /// <summary>The timeouts that the resource has, or is to have, by action.</summary>
    public ImmutableSortedDictionary<string, TimeSpan> Timeouts { get; init; } =
        ImmutableSortedDictionary<string, TimeSpan>.Empty;

    /// <summary>No action runs longer on the bench than this, whatever its timeout: an agent that hangs must
    /// not hold the bench up for minutes.</summary>
    public TimeSpan LongestAction { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Only these checks; empty: all.</summary>
    public ImmutableHashSet<string> Only { get; init; } = [];

    /// <summary>Not these checks.</summary>
    public ImmutableHashSet<string> Skip { get; init; } = [];

    /// <summary>Whether the script is read as well as run.</summary>
    public ScriptReading Reading { get; init; } = ScriptReading.On;

    /// <summary>Hears what is going on; may be called from any thread.</summary>
    public Action<string> Progress { get; init; } = _ => { };
}

/// <summary>How an agent is damaged.</summary>
public sealed record MutationOptions
{
    /// <summary>At most so many copies for each way of damaging it.</summary>
    public int PerOperator { get; init; } = 1;

    /// <summary>Only these ways; empty: all.</summary>
    public ImmutableHashSet<string> Operators { get; init; } = [];
}

/// <summary>Whether checks that read the script take part.</summary>
public enum ScriptReading
{
    /// <summary>They do.</summary>
    On,

    /// <summary>Only what the agent does counts.</summary>
    Off,
}

/// <summary>The agent under test.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">The program, where it is in the host.</param>
/// <param name="Text">The script.</param>
/// <param name="Description">What it says of itself.</param>
/// <param name="Options">The rest.</param>
internal sealed record BenchSubject(
    AgentName Name, string Path, string Text, AgentDescription Description, BenchOptions Options)
{
    /// <summary>The resource's id.</summary>
    public const string Resource = "bench-rsc";

    /// <summary>The node's name.</summary>
    public const string Node = "bench";

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);

    /// <summary>A damaged text that each host has in place of the agent; null: it is as installed.</summary>
    public string? Instead { get; init; }

    /// <summary>What it says of itself; made up where it says nothing that can be read.</summary>
    public AgentMetadata Metadata => Description.Metadata
        ?? new AgentMetadata(Name.Type, "", "1.0", "", "", [], []);

    /// <summary>Whether it can be promoted.</summary>
    public bool IsPromotable =>
        Metadata.Supports(OperationNames.Promote) && Metadata.Supports(OperationNames.Demote);

    /// <summary>The first line's interpreter, such as sh, bash or python3; empty if it isn't a
    /// script.</summary>
    public string Interpreter => Text.StartsWith("#!", StringComparison.Ordinal)
        ? FirstWords(Text) switch
        {
            [var env, var program, ..] when env.EndsWith("/env", StringComparison.Ordinal) => program,
            [var program, ..] => System.IO.Path.GetFileName(program),
            [] => "",
        }
        : "";

    /// <summary>Whether a shell runs it.</summary>
    public bool IsShell => Interpreter is "sh" or "bash" or "dash" or "ksh" or "ash";

    /// <summary>The timeout in the metadata.</summary>
    public TimeSpan? Advertised(string action) =>
        Metadata.Actions.Where(a => a.Name == action).Max(a => a.Timeout);

    /// <summary>After how long an action is killed on the bench: what is configured or advertised, up to
    /// <see cref="BenchOptions.LongestAction"/>.</summary>
    public TimeSpan Limit(string action)
    {
        TimeSpan wanted = Options.Timeouts.TryGetValue(action, out TimeSpan configured)
            ? configured
            : Advertised(action) ?? s_timeout;
        return wanted < Options.LongestAction ? wanted : Options.LongestAction;
    }

    /// <summary>The value that the agent uses for each parameter: the given one, or the default.</summary>
    public IEnumerable<(string Name, string Value)> NamedValues =>
        Options.Parameters.Select(p => (p.Key, p.Value)).Concat(Metadata.Parameters
            .Where(p => !Options.Parameters.ContainsKey(p.Name) && !string.IsNullOrEmpty(p.Default))
            .Select(p => (p.Name, p.Default!)));

    /// <summary>The values alone.</summary>
    public IEnumerable<string> Values => NamedValues.Select(p => p.Value);

    private static string[] FirstWords(string text)
    {
        int end = text.IndexOf('\n');
        return (end < 0 ? text[2..] : text[2..end]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}
