using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Truce.Architecture.Tests;

/// <summary>What may not be in a committed file, and what shell scripts must stand up to.</summary>
public sealed partial class CommittedFileTests
{
    private static readonly string[] s_binary = [".png", ".gz", ".xz", ".ico", ".woff2"];

    [Fact]
    public void No_committed_file_names_a_path_of_one_machine()
    {
        IEnumerable<string> found = Committed()
            .Where(f => !s_binary.Contains(Path.GetExtension(f)))
            .SelectMany(f => File.ReadLines(Path.Combine(Repository.Root, f)).Select((line, i) => (f, i, line)))
            .Where(l => MachinePath().IsMatch(l.line))
            .Select(l => $"{l.f}:{l.i + 1}: {l.line.Trim()}");
        Assert.Empty(found);
    }

    [Theory]
    [InlineData("see /" + "work/main", true)]
    [InlineData("cd \"/" + "farm/x\"", true)]
    [InlineData("docs/work/plan", false)]
    [InlineData("/workshop", false)]
    public void The_pattern_for_such_paths_tells_them_apart(string line, bool isMachinePath) =>
        Assert.Equal(isMachinePath, MachinePath().IsMatch(line));

    [Fact]
    public void Shellcheck_finds_nothing_in_any_script()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/shellcheck"), "shellcheck isn't installed");
        string[] scripts = [.. Committed().Where(IsShell)];
        Assert.NotEmpty(scripts);
        (int code, string output) = Run("/usr/bin/shellcheck", ["-x", .. scripts]);
        Assert.True(code == 0, output);
    }

    private static bool IsShell(string file)
    {
        string path = Path.Combine(Repository.Root, file);
        using StreamReader reader = new(path);
        string first = reader.ReadLine() ?? "";
        return first.StartsWith("#!/bin/sh", StringComparison.Ordinal)
            || first.StartsWith("#!/usr/bin/env bash", StringComparison.Ordinal)
            || first.StartsWith("#!/bin/bash", StringComparison.Ordinal)
            || first.StartsWith("#!/usr/bin/env sh", StringComparison.Ordinal);
    }

    private static string[] Committed()
    {
        (int code, string output) = Run("git", ["ls-files", "-z"]);
        Assert.True(code == 0, output);
        return [.. output.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Where(f => File.Exists(Path.Combine(Repository.Root, f)))];
    }

    private static (int Code, string Output) Run(string file, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(file, arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    [GeneratedRegex(@"(?<![\w.-])/(work|farm)(/|\b(?!-))")]
    private static partial Regex MachinePath();
}
