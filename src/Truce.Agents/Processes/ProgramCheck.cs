using System.Text;

namespace Truce.Agents.Processes;

/// <summary>
/// Looks beforehand whether a program can be executed, so that the answer has a reason that a
/// person can use. (The shell that stands in for truce-gate could only answer 126 or 127,
/// which agents also return themselves.)
/// </summary>
internal static class ProgramCheck
{
    private const int Exists = 0;
    private const int Executable = 1;
    private const int LineBytesMax = 256;

    /// <summary>Null if it can be run.</summary>
    public static ProcessEnd.NotStarted? Examine(string program, string searchPath)
    {
        if (Directory.Exists(program))
            return new ProcessEnd.NotStarted(StartFailure.NotPermitted, $"{program} is a directory");
        if (!File.Exists(program) && Native.Access(program, Exists) != 0)
            return new ProcessEnd.NotStarted(StartFailure.NotFound, $"{program} does not exist");
        if (Native.Access(program, Executable) != 0)
            return new ProcessEnd.NotStarted(StartFailure.NotPermitted, $"{program} is not executable");
        return Interpreter(program, searchPath) is string missing
            ? new ProcessEnd.NotStarted(StartFailure.NotFound, $"{program}: its interpreter {missing} does not exist")
            : null;
    }

    /// <summary>The interpreter of a script, if it is missing.</summary>
    private static string? Interpreter(string program, string searchPath)
    {
        string line = FirstLine(program);
        if (!line.StartsWith("#!", StringComparison.Ordinal))
            return null;
        string[] words = line[2..].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            return null;
        if (!File.Exists(words[0]))
            return words[0];
        bool byName = words[0].EndsWith("/env", StringComparison.Ordinal) && words.Length > 1 && words[1][0] != '-';
        return byName && !IsFound(words[1], searchPath) ? words[1] : null;
    }

    private static bool IsFound(string name, string searchPath) => name.Contains('/')
        ? File.Exists(name)
        : searchPath.Split(':').Any(directory => File.Exists(Path.Combine(directory, name)));

    private static string FirstLine(string program)
    {
        try
        {
            Span<byte> bytes = stackalloc byte[LineBytesMax];
            using FileStream file = new(program, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            int n = file.Read(bytes);
            int end = bytes[..n].IndexOf((byte)'\n');
            return Encoding.UTF8.GetString(bytes[..(end < 0 ? n : end)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // it may be executable without being readable
        }
    }
}
