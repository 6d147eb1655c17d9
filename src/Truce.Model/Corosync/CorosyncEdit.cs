using System.Globalization;

namespace Truce.Model.Corosync;

/// <summary>
/// Changes lines of a corosync.conf and leaves all others, comments included, as they are: the file belongs
/// to
/// the administrator.
/// </summary>
/// <param name="text">The file, as <paramref name="root"/> was read from it.</param>
/// <param name="root">What stands in it.</param>
public sealed class CorosyncEdit(string text, CorosyncSection root)
{
    private readonly string[] _lines = text.Split('\n');
    private readonly Dictionary<int, string?> _changed = [];
    private readonly Dictionary<int, List<string>> _after = [];

    /// <summary>
    /// The file with one more node: its number is the next free one, the version is raised, and two_node,
    /// which is wrong from three nodes on, is gone, with the wait_for_all that came with it.
    /// </summary>
    public static string WithMember(string text, CorosyncSection root, string name,
        IEnumerable<string> addresses)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(root);
        CorosyncSection[] nodes = [.. root.First("nodelist")?.All("node") ?? []];
        int number = nodes.Select(n => Number(n.Find("nodeid"))).DefaultIfEmpty(0).Max() + 1;
        CorosyncEdit edit = new(text, root);
        edit.Append("nodelist", CorosyncDesign.Section(new CorosyncMember(name, number, [.. addresses])));
        edit.CountVotes(nodes.Length + 1);
        return edit.RaiseVersion().Render();
    }

    /// <summary>
    /// The file as a trial of it needs it: with the key and the log in a folder, and errors on standard
    /// error.
    /// The cluster's own log would otherwise say that Corosync has ended.
    /// </summary>
    public static string ForTrial(string text, CorosyncSection root, string key, string log)
    {
        ArgumentNullException.ThrowIfNull(root);
        CorosyncEdit edit = new(text, root);
        edit.Set("totem", "keyfile", key);
        edit.Set("logging", "logfile", log);
        edit.Set("logging", "to_syslog", "no");
        edit.Set("logging", "to_stderr", "yes");
        return edit.Render() + (root.First("logging") is null ? "\nlogging {\n  to_syslog: no\n}\n" : "");
    }

    /// <summary>The version that a file says it has; 0 where it says nothing.</summary>
    public static int VersionOf(CorosyncSection root)
    {
        ArgumentNullException.ThrowIfNull(root);
        return Number(root.First("totem")?.Find("config_version"));
    }

    private static int Number(CorosyncValue? value) =>
        int.TryParse(value?.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
            : 0;

    private void CountVotes(int nodes)
    {
        if (root.First("quorum") is not { } quorum)
            return;
        if (quorum.Find("expected_votes") is { } expected)
            Replace(expected, (Number(expected) + 1).ToString(CultureInfo.InvariantCulture));
        if (quorum.Find("two_node") is not { } two)
        {
            if (nodes == 2 && quorum.First("device") is null)
                Append("quorum", ["  two_node: 1", "  wait_for_all: 1"]);
            return;
        }

        if (nodes == 2)
            return;
        _changed[two.Line] = null;
        if (quorum.Find("wait_for_all") is { Text: "1" } wait)
            _changed[wait.Line] = null;
    }

    private CorosyncEdit RaiseVersion()
    {
        Set("totem", "config_version", (VersionOf(root) + 1).ToString(CultureInfo.InvariantCulture));
        return this;
    }

    private void Set(string section, string key, string value)
    {
        if (root.First(section)?.Find(key) is { } written)
            Replace(written, value);
        else if (root.First(section) is { } there)
            After(there.Line, [$"  {key}: {value}"]);
    }

    private void Replace(CorosyncValue value, string text)
    {
        string line = _lines[value.Line - 1];
        string indent = line[..(line.Length - line.TrimStart().Length)];
        _changed[value.Line] = $"{indent}{value.Key}: {text}";
    }

    // Before the brace that ends it.
    private void Append(string section, IEnumerable<string> lines)
    {
        if (root.First(section) is not { } there)
            return;
        int depth = 0;
        for (int number = there.Line; number <= _lines.Length; number++)
        {
            string line = _lines[number - 1].Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            depth += line[^1] == '{' ? 1 : line == "}" ? -1 : 0;
            if (depth > 0)
                continue;
            After(number - 1, lines);
            return;
        }
    }

    private void After(int line, IEnumerable<string> lines)
    {
        if (!_after.TryGetValue(line, out List<string>? there))
            _after[line] = there = [];
        there.AddRange(lines);
    }

    private string Render()
    {
        List<string> lines = [];
        for (int number = 1; number <= _lines.Length; number++)
        {
            string? line = _changed.TryGetValue(number, out string? changed) ? changed : _lines[number - 1];
            if (line is not null)
                lines.Add(line);
            lines.AddRange(_after.GetValueOrDefault(number) ?? []);
        }

        return string.Join('\n', lines);
    }
}
