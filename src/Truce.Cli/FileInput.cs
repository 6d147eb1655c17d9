namespace Truce.Cli;

/// <summary>FILE on the command line: a path, or <c>-</c> for standard input.</summary>
internal static class FileInput
{
    /// <summary>Larger than any configuration that the cluster takes.</summary>
    private const int CharactersMax = 64 * 1024 * 1024;

    private const int BufferSize = 64 * 1024;

    /// <summary>Reads all of it.</summary>
    /// <exception cref="CommandException">It can't be read.</exception>
    public static async Task<string> ReadAsync(CliContext context, string file, CancellationToken cancel)
    {
        if (file == "-")
            return await BoundedAsync(context.Input, "standard input", cancel).ConfigureAwait(false);
        try
        {
            using StreamReader reader = new(file);
            return await BoundedAsync(reader, file, cancel).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unreadable(file, problem);
        }
    }

    /// <summary>Hands a file to <paramref name="read"/>, which bounds what it takes of it.</summary>
    /// <exception cref="CommandException">It can't be read.</exception>
    public static T Read<T>(string file, Func<Stream, T> read)
    {
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, BufferSize, FileOptions.SequentialScan);
            return read(stream);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unreadable(file, problem);
        }
    }

    private static CommandException Unreadable(string file, Exception problem) =>
        new(ExitCode.BadInput, $"{file}: {problem.Message}", "name a file that can be read, or - for standard input");

    private static async Task<string> BoundedAsync(TextReader reader, string name, CancellationToken cancel)
    {
        System.Text.StringBuilder text = new();
        char[] buffer = new char[BufferSize];
        for (int n; (n = await reader.ReadAsync(buffer, cancel).ConfigureAwait(false)) > 0;)
        {
            text.Append(buffer, 0, n);
            if (text.Length > CharactersMax)
                throw new CommandException(ExitCode.BadInput, $"{name}: longer than {CharactersMax} characters");
        }

        return text.ToString();
    }
}
