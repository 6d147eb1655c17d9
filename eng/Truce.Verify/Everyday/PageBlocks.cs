namespace Truce.Verify.Everyday;

/// <summary>A block of commands of a page.</summary>
/// <param name="Line">The line of its fence, from 1.</param>
/// <param name="Words">What stands after <c>sh</c> on the fence: <c>node</c>, <c>in=FOLDER</c>,
/// <c>exit=N</c>, <c>apart</c>.</param>
/// <param name="Commands">Its commands, continued lines joined, without comments.</param>
internal sealed record PageBlock(int Line, IReadOnlyList<string> Words, IReadOnlyList<string> Commands)
{
    /// <summary>Whether it needs what a test hasn't (other hardware, another cluster), and so isn't
    /// run.</summary>
    public bool IsApart => Words.Contains("apart");

    /// <summary>Whether it is typed on a node.</summary>
    public bool IsOnNode => Words.Contains("node");

    /// <summary>The value of a word <c>name=value</c>, or null.</summary>
    public string? Value(string name) =>
        Words.FirstOrDefault(w => w.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];
}

/// <summary>The fenced blocks of a page: <c>sh</c> holds commands, any other word names what isn't
/// typed.</summary>
internal static class PageBlocks
{
    /// <summary>Blocks of commands, in order.</summary>
    /// <exception cref="InvalidDataException">A block whose fence doesn't say what it holds.</exception>
    public static IReadOnlyList<PageBlock> Read(string name, IReadOnlyList<string> lines)
    {
        List<PageBlock> blocks = [];
        for (int at = 0; at < lines.Count; at++)
        {
            if (!lines[at].StartsWith("```", StringComparison.Ordinal))
                continue;
            string[] words = lines[at][3..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            int begin = at++;
            while (at < lines.Count && !lines[at].StartsWith("```", StringComparison.Ordinal))
                at++;
            if (words.Length == 0)
                throw new InvalidDataException(
                    $"{name}:{begin + 1}: the fence doesn't say what the block holds (sh, text, xml, …)");
            if (words[0] == "sh")
                blocks.Add(
                    new PageBlock(begin + 1, words[1..],
                        Commands(lines.Skip(begin + 1).Take(at - begin - 1))));
        }

        return blocks;
    }

    private static List<string> Commands(IEnumerable<string> lines)
    {
        List<string> commands = [];
        string open = "";
        foreach (string line in lines)
        {
            string text = open + line;
            open = "";
            if (text.EndsWith('\\'))
                open = text[..^1];
            else if (text.Trim().Length > 0 && !text.StartsWith('#'))
                commands.Add(text.Trim());
        }

        return commands;
    }
}
