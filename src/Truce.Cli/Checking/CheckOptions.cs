using System.CommandLine;
using Truce.Analysis.Findings;
using Truce.Model;

namespace Truce.Cli.Checking;

/// <summary>The options of commands that judge a configuration.</summary>
internal sealed class CheckOptions
{
    private readonly Option<string> _failOn = new("--fail-on")
    {
        Description = "Exit with 1 from this severity on: error or warning", DefaultValueFactory = _ => "error",
    };

    private readonly Option<string?> _sarif = new("--sarif") { Description = "Write the findings to FILE as SARIF 2.1.0", HelpName = "FILE" };

    private readonly Option<string[]> _silence = new("--silence")
    {
        Description = "Hide a finding, with a reason: ID=REASON, or ID@ELEMENT=REASON for one element", HelpName = "ID[@ELEMENT]=REASON",
    };

    private readonly Option<bool> _showSilenced = new("--show-silenced") { Description = "Print silenced findings with their reasons" };

    public CheckOptions()
    {
        _failOn.AcceptOnlyFromAmong("error", "warning");
        _silence.Validators.Add(result =>
        {
            foreach (string text in result.GetValueOrDefault<string[]>() ?? [])
            {
                if (Complaint(text) is { } complaint)
                    result.AddError(complaint);
            }
        });
    }

    /// <summary>Offers them.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_failOn, _sarif, _silence, _showSilenced])
            command.Add(option);
    }

    /// <summary>From which severity on the answer is no.</summary>
    public Severity FailOn(ParseResult parse) => parse.GetValue(_failOn) == "warning" ? Severity.Warning : Severity.Error;

    /// <summary>Where SARIF is wanted.</summary>
    public string? Sarif(ParseResult parse) => parse.GetValue(_sarif);

    /// <summary>Whether silenced findings are printed.</summary>
    public SilencedShown ShowsSilenced(ParseResult parse) =>
        parse.GetValue(_showSilenced) ? SilencedShown.Yes : SilencedShown.No;

    /// <summary>What the command line silences.</summary>
    public EquatableArray<Silence> Silences(ParseResult parse) =>
        [.. (parse.GetValue(_silence) ?? []).Select(Read).OfType<Silence>()];

    private static Silence? Read(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0 || string.IsNullOrWhiteSpace(text[(equals + 1)..]))
            return null;
        string[] what = text[..equals].Split('@', 2);
        return new Silence(what[0], what.Length == 2 ? [what[1]] : [], text[(equals + 1)..].Trim());
    }

    private static string? Complaint(string text)
    {
        if (Read(text) is not { } silence)
            return $"--silence {text}: write ID=REASON or ID@ELEMENT=REASON";
        if (!RuleCatalogue.Kinds.TryGetValue(silence.Kind, out FindingKind? kind))
        {
            string? nearest = NearestName.Find(silence.Kind, RuleCatalogue.Kinds.Keys.Order(StringComparer.Ordinal));
            return $"--silence {silence.Kind}: there is no such finding{(nearest is null ? "" : $"; is '{nearest}' meant?")}";
        }

        return kind.CanBeSilenced ? null : $"--silence {silence.Kind}: an error can't be silenced";
    }
}
