namespace Truce.Cli.Changing;

/// <summary>A word <c>NAME=VALUE</c> of a command line.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The value; may be empty.</param>
internal sealed record NamedValue(string Name, string Value)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}={Value}";
}

/// <summary>Reads words <c>NAME=VALUE</c>.</summary>
internal static class NamedValues
{
    /// <summary>Every word, in its order.</summary>
    /// <exception cref="CommandException">A word is none, or a name comes twice.</exception>
    public static IReadOnlyList<NamedValue> Read(IEnumerable<string> words)
    {
        List<NamedValue> read = [];
        foreach (string word in words)
        {
            string[] parts = word.Split('=', 2);
            if (parts.Length != 2 || parts[0].Length == 0)
                throw new CommandException(ExitCode.Usage, $"{word}: not NAME=VALUE",
                    "write each one as NAME=VALUE");
            if (read.Any(r => r.Name == parts[0]))
                throw new CommandException(ExitCode.Usage, $"{parts[0]} comes twice", "give each name once");
            read.Add(new NamedValue(parts[0], parts[1]));
        }

        return read;
    }
}
