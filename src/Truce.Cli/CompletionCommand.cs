using System.CommandLine;

namespace Truce.Cli;

/// <summary><c>truce completion</c>: scripts that let a shell ask <c>truce</c>
/// itself what could come next.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # truce: completion for bash.   source <(truce completion bash)
        _truce() {
            local IFS=$'\n' line=${COMP_LINE#*[[:space:]]}
            local cut=$((${#COMP_LINE} - ${#line}))
            mapfile -t COMPREPLY < <("$1" "[suggest:$((COMP_POINT - cut))]" "$line" 2>/dev/null)
        }
        complete -o default -F _truce truce
        """;

    private const string Zsh = """
        #compdef truce
        # truce: completion for zsh.   source <(truce completion zsh)
        _truce() {
            local -a found
            local line="${words[2,-1]}"
            found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
            [[ -n "$found" ]] && compadd -a found || _files
        }
        # Loaded by name (from $fpath), this is the function itself: what it was called for is to be done.
        if [[ "$funcstack[1]" = _truce ]]; then
            _truce "$@"
        elif (( $+functions[compdef] )); then
            compdef _truce truce
        fi
        """;

    private const string Fish = """
        # truce: completion for fish.   truce completion fish | source
        function __truce_complete
            set -l line (commandline -cp | string replace -r '^\S+\s*' '')
            truce "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c truce -a '(__truce_complete)'
        """;

    private static readonly (string Shell, string Script)[] s_scripts = [("bash", Bash), ("zsh", Zsh), ("fish", Fish)];

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Command command = new("completion", "Print a completion script for a shell");
        foreach ((string shell, string script) in s_scripts)
        {
            Command one = new(shell, $"For {shell}");
            one.SetAction(_ => context.Output.WriteLine(script));
            command.Add(one);
        }

        return command;
    }
}
