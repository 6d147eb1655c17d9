namespace Truce.Daemon;

/// <summary>The command line can't be understood.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>Options of the form <c>--name value</c>.</summary>
internal sealed class CommandLineOptions
{
    private readonly Dictionary<string, string> _values = [];
    private readonly HashSet<string> _taken = [];

    public static CommandLineOptions Parse(string[] args)
    {
        CommandLineOptions options = new();
        for (int i = 0; i < args.Length; i += 2)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || i + 1 >= args.Length)
                throw new UsageException($"'{args[i]}' isn't an option with a value");
            if (!options._values.TryAdd(args[i][2..], args[i + 1]))
                throw new UsageException($"'{args[i]}' is given twice");
        }

        return options;
    }

    public string Take(string name, string otherwise) => TakeIfThere(name) ?? otherwise;

    public string Take(string name) => TakeIfThere(name) ?? throw new UsageException($"--{name} is missing");

    public int TakeNumber(string name, int otherwise, int min, int max)
    {
        if (TakeIfThere(name) is not { } text)
            return otherwise;
        return int.TryParse(text, out int number) && number >= min && number <= max
            ? number
            : throw new UsageException($"--{name} must be a number from {min} to {max}");
    }

    public void NoneLeft()
    {
        string? left = _values.Keys.FirstOrDefault(k => !_taken.Contains(k));
        if (left is not null)
            throw new UsageException($"--{left} is not an option here");
    }

    private string? TakeIfThere(string name)
    {
        _taken.Add(name);
        return _values.GetValueOrDefault(name);
    }
}
