using System.CommandLine;
using System.Globalization;
using Truce.Cli.Cluster;
using Truce.Cli.Printing;
using Truce.Contracts;

namespace Truce.Cli.Configuration;

/// <summary><c>truce config</c>: the configuration and its history.</summary>
internal static class ConfigCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context) => context.Location.AddTo(new Command("config", "The configuration")
    {
        Show(context),
        Check(context),
        Apply(context),
        History(context),
        VersionCommand.Diff(context),
        VersionCommand.Restore(context),
        ImportCommand.Create(context),
    });

    private static Command Show(CliContext context)
    {
        Argument<long?> version = new("VERSION") { Description = "A version from the history; the current one by default", Arity = ArgumentArity.ZeroOrOne };
        Option<long?> wanted = new("--version") { Description = "The same as VERSION", HelpName = "N" };
        Option<bool> status = new("--with-status") { Description = "The whole CIB, as truce simulate takes it" };
        Option<bool> secrets = new("--show-secrets") { Description = "Show secrets instead of ********; needs permission" };
        Command command = new("show", "Print the configuration as XML") { version, wanted, status, secrets };
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            ClientReply.Configuration shown = await cluster.AskAsync<ClientReply.Configuration>(
                new ClientRequest.GetConfiguration(parse.GetValue(wanted) ?? parse.GetValue(version), parse.GetValue(status))
                {
                    Secrets = parse.GetValue(secrets) ? SecretsShown.Shown : SecretsShown.Masked,
                }, c).ConfigureAwait(false);
            if (parse.GetValue(context.Json))
                context.Output.WriteJson(new ConfigurationJson(shown.Version, shown.Xml), CliJson.Indented.ConfigurationJson);
            else
                context.Output.WriteLine(shown.Xml.TrimEnd());
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    private static Command Check(CliContext context)
    {
        Argument<string> file = FileArgument();
        Command command = new("check", "Show the findings for FILE without applying it") { file };
        command.SetAction((parse, cancel) => context.OnClusterAsync(
            parse, (cluster, c) => SubmitAsync(context, parse, cluster, new Submission(parse.GetValue(file)!, null, "", true), c), cancel));
        return command;
    }

    private static Command Apply(CliContext context)
    {
        Argument<string> file = FileArgument();
        Option<long?> on = new("--on-version") { Description = "Refuse if the current version isn't this one", HelpName = "N" };
        Option<string> comment = new("--comment", "-m") { Description = "A comment for the history", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        Command command = new("apply", "Replace the configuration with FILE") { file, on, comment };
        command.SetAction((parse, cancel) => context.OnClusterAsync(
            parse, (cluster, c) => SubmitAsync(context, parse, cluster,
                new Submission(parse.GetValue(file)!, parse.GetValue(on), parse.GetValue(comment)!, false), c), cancel));
        return command;
    }

    private static Command History(CliContext context)
    {
        Command command = new("history", "List the versions kept, newest first");
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            ClientReply.ConfigurationHistory history = await cluster.AskAsync<ClientReply.ConfigurationHistory>(
                new ClientRequest.GetConfigurationHistory(), c).ConfigureAwait(false);
            if (parse.GetValue(context.Json))
                context.Output.WriteJson(history.Versions, CliJson.Indented.IReadOnlyListConfigurationEntry);
            else
                Print(context, history);
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    private static void Print(CliContext context, ClientReply.ConfigurationHistory history)
    {
        Table table = new("VERSION", "WHEN", "BY", "COMMENT");
        foreach (ConfigurationEntry entry in history.Versions)
        {
            table.Add(
                entry.Version.ToString(CultureInfo.InvariantCulture),
                entry.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                entry.By,
                entry.Comment);
        }

        table.WriteTo(context.Output);
    }

    private sealed record Submission(string File, long? OnVersion, string Comment, bool CheckOnly);

    private static async Task<ExitCode> SubmitAsync(
        CliContext context, ParseResult parse, ICluster cluster, Submission submission, CancellationToken cancel)
    {
        string xml = await FileInput.ReadAsync(context, submission.File, cancel).ConfigureAwait(false);
        if (xml.Length == 0)
            throw new CommandException(
                ExitCode.BadInput,
                $"{(submission.File == "-" ? "standard input" : submission.File)} is empty",
                "name a whole configuration, as truce config show prints it");
        ClientReply reply = await cluster.AskAsync(
            new ClientRequest.ApplyConfiguration(xml, submission.OnVersion, submission.CheckOnly, submission.Comment), cancel)
            .ConfigureAwait(false);
        if (reply is not ClientReply.Done done)
            throw WithFile(Answers.Refusal((ClientReply.Refused)reply), submission.File);
        foreach (InputFinding finding in done.Findings)
            context.Error.WriteLine(FindingText.Of(finding, submission.File));
        if (parse.GetValue(context.Json))
            context.Output.WriteJson(done, CliJson.Indented.Done);
        else
            context.Output.WriteLine(submission.CheckOnly ? $"{submission.File} is accepted" : $"configuration {done.Version} is active");
        return ExitCode.Done;
    }

    private static CommandException WithFile(CommandException problem, string file) =>
        new(problem.Code, problem.Message, problem.Remedy) { Findings = problem.Findings, File = file };

    private static Argument<string> FileArgument() => new("FILE") { Description = "A CIB or its configuration section; - for standard input" };
}

/// <summary>What <c>config show --json</c> prints.</summary>
internal sealed record ConfigurationJson(long Version, string Xml);
