namespace Truce.Package;

/// <summary>The completion scripts, where each shell of Debian looks for them.</summary>
internal static class Completion
{
    /// <summary>By shell: the path below the root of the file system.</summary>
    public static IReadOnlyDictionary<string, string> Places { get; } =
        new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["bash"] = "usr/share/bash-completion/completions/truce",
            ["fish"] = "usr/share/fish/vendor_completions.d/truce.fish",
            ["zsh"] = "usr/share/zsh/vendor-completions/_truce",
        };

    /// <summary>Writes them below a folder.</summary>
    public static async Task<int> WriteAsync(string folder)
    {
        foreach ((string shell, string place) in Places)
        {
            string path = Path.Combine(folder, place);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            string script = await TypedCommand.RunAsync("completion", shell).ConfigureAwait(false);
            await File.WriteAllTextAsync(path, script).ConfigureAwait(false);
        }

        return 0;
    }
}
