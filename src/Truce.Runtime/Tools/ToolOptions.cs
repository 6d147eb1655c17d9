namespace Truce.Runtime.Tools;

/// <summary>The options of a call, read as getopt_long does: bundled letters,
/// attached values, --name=value.</summary>
internal sealed class ToolOptions
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private ToolOptions() { }

    /// <summary>What isn't an option; null: all is well.</summary>
    public string? Problem { get; private set; }

    /// <summary>Whether one of these options was given.</summary>
    public bool Has(params string[] names) => names.Any(_values.ContainsKey);

    /// <summary>The value of the first of these options that was given; null: none.</summary>
    public string? this[params string[] names] =>
        names.Where(_values.ContainsKey).Select(n => _values[n]).FirstOrDefault();

    /// <summary>
    /// Reads arguments.
    /// </summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="known">The options as words: "n,name=" takes a value, "p,promotion=?" may have one
    /// attached, "G,query" takes none. Values are found under the long name.</param>
    public static ToolOptions Read(IReadOnlyList<string> arguments, string known)
    {
        ToolOptions options = new();
        Option[] all = [.. known.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Option.Of)];
        for (int i = 0; i < arguments.Count && options.Problem is null; i++)
        {
            string argument = arguments[i];
            if (argument.StartsWith("--", StringComparison.Ordinal))
                i += options.ReadLong(argument[2..], Next(arguments, i), all);
            else if (argument.StartsWith('-') && argument.Length > 1)
                i += options.ReadLetters(argument[1..], Next(arguments, i), all);
            else
                options.Problem = $"unexpected argument {argument}";
        }

        return options;
    }

    private static string? Next(IReadOnlyList<string> arguments, int at) =>
        at + 1 < arguments.Count ? arguments[at + 1] : null;

    private int ReadLong(string text, string? next, Option[] all)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? text : text[..equals];
        if (all.FirstOrDefault(o => o.Long == name) is not { } option)
        {
            Problem = $"unknown option --{name}";
            return 0;
        }

        return Take(option, equals < 0 ? null : text[(equals + 1)..], next);
    }

    private int ReadLetters(string letters, string? next, Option[] all)
    {
        for (int i = 0; i < letters.Length; i++)
        {
            if (all.FirstOrDefault(o => o.Letter == letters[i]) is not { } option)
            {
                Problem = $"unknown option -{letters[i]}";
                return 0;
            }

            string? attached = i + 1 < letters.Length ? letters[(i + 1)..] : null;
            if (option.Value != ValueKind.None)
                return Take(option, attached, next);
            _values[option.Long] = "";
        }

        return 0;
    }

    // How many further arguments were used up.
    private int Take(Option option, string? attached, string? next)
    {
        if (option.Value == ValueKind.Required && attached is null && next is null)
            Problem = $"--{option.Long} takes a value";
        bool takesNext = option.Value == ValueKind.Required && attached is null;
        _values[option.Long] = attached ?? (takesNext ? next : null) ?? "";
        return takesNext ? 1 : 0;
    }

    private enum ValueKind
    {
        None,
        Required,
        Attached,
    }

    private sealed record Option(char Letter, string Long, ValueKind Value)
    {
        public static Option Of(string word)
        {
            ValueKind kind = word.EndsWith("=?", StringComparison.Ordinal) ? ValueKind.Attached
                : word.EndsWith('=') ? ValueKind.Required
                : ValueKind.None;
            string[] names = word.TrimEnd('?', '=').Split(',');
            return names.Length == 2 ? new Option(names[0][0], names[1], kind) : new Option('\0', names[0], kind);
        }
    }
}
