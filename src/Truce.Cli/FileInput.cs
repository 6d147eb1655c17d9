using System.Globalization;
using Truce.Contracts;
using Truce.Model.Xml;

namespace Truce.Cli;

/// <summary>FILE on the command line: a path, or <c>-</c> for standard input.</summary>
internal static class FileInput
{
    /// <summary>Larger than any configuration that the cluster takes.</summary>
    private const int BytesMax = 64 * 1024 * 1024;

    private const int BufferSize = 64 * 1024;
    private const int AccessDenied = 13;

    /// <summary>Reads an XML document: its bytes, by its own encoding declaration.</summary>
    /// <exception cref="CommandException">It can't be read, or its bytes aren't text of the
    /// encoding that it declares.</exception>
    public static async Task<string> ReadAsync(CliContext context, string file, CancellationToken cancel)
    {
        if (file == "-" && context.InputStream is null)
            return await context.Input.ReadToEndAsync(cancel).ConfigureAwait(false);
        try
        {
            using Stream stream = file == "-" ? context.InputStream! : Open(file);
            byte[] bytes = await BoundedAsync(stream, file, cancel).ConfigureAwait(false);
            return XmlText.Decode(bytes) switch
            {
                XmlText.Decoded(var text) => text,
                XmlText.Undecodable bad => throw Undecodable(file, bad),
            };
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
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
            using FileStream stream = Open(file);
            return read(stream);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Unreadable(file, problem);
        }
    }

    private static FileStream Open(string file) => file.Length == 0
        ? throw new CommandException(ExitCode.BadInput, "the file's name is empty", "name a file that can be read, or - for standard input")
        : new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, BufferSize, FileOptions.SequentialScan);

    // EACCES is a refusal, not a wrong file. A folder answers "access denied" as well, and is one.
    private static CommandException Unreadable(string file, Exception problem) =>
        problem is UnauthorizedAccessException { InnerException: IOException { HResult: AccessDenied } } && !Directory.Exists(file)
            ? new CommandException(ExitCode.Refused, $"{file}: {problem.Message}", "run it as a user who may read the file")
            : new CommandException(
                ExitCode.BadInput,
                Directory.Exists(file) ? $"{file}: a folder, not a file" : $"{file}: {problem.Message}",
                "name a file that can be read, or - for standard input");

    private static CommandException Undecodable(string file, XmlText.Undecodable bad) =>
        new(ExitCode.BadInput, $"{file}: not valid in the encoding that it declares")
        {
            File = file,
            Findings = [new InputFinding("error", bad.Line, bad.Column, "document", bad.Message, bad.Remedy)],
        };

    private static async Task<byte[]> BoundedAsync(Stream stream, string name, CancellationToken cancel)
    {
        using MemoryStream bytes = new();
        byte[] buffer = new byte[BufferSize];
        for (int n; (n = await stream.ReadAsync(buffer, cancel).ConfigureAwait(false)) > 0;)
        {
            bytes.Write(buffer, 0, n);
            if (bytes.Length > BytesMax)
                throw new CommandException(ExitCode.BadInput, string.Create(CultureInfo.InvariantCulture, $"{name}: longer than {BytesMax} bytes"), "remove what isn't configuration");
        }

        return bytes.ToArray();
    }
}
