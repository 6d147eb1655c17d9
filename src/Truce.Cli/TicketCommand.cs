using System.CommandLine;
using System.Xml.Linq;
using Truce.Cli.Cluster;
using Truce.Cli.Printing;
using Truce.Contracts;

namespace Truce.Cli;

/// <summary><c>truce ticket</c>: tickets of clusters with several sites.</summary>
internal static class TicketCommand
{
    private sealed record Verb(string Name, string Help, bool? Granted, bool? Standby, string Said);

    private static readonly Verb[] s_verbs =
    [
        new("grant", "Grant TICKET to this cluster", true, null, "is granted"),
        new("revoke", "Revoke TICKET from this cluster", false, null, "is revoked"),
        new("standby", "Stop resources that need TICKET, but keep it", null, true, "is in standby"),
        new("activate", "End the standby of TICKET", null, false, "is active"),
    ];

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Command command = new("ticket", "Tickets of multi-site clusters") { List(context) };
        foreach (Verb verb in s_verbs)
            command.Add(Change(context, verb));
        return context.Location.AddTo(command);
    }

    private static Command Change(CliContext context, Verb verb)
    {
        Argument<string> ticket = new("TICKET") { Description = "Its name" };
        WaitOptions wait = new();
        Command command = wait.AddTo(new Command(verb.Name, verb.Help) { ticket });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            string name = parse.GetValue(ticket)!;
            ClientReply.Done done = await cluster.AskAsync<ClientReply.Done>(
                new ClientRequest.SetTicket(name, verb.Granted, verb.Standby), c).ConfigureAwait(false);
            return await new Outcome(context, parse, cluster).TellAsync($"{name} {verb.Said}", done, wait, c).ConfigureAwait(false);
        }, cancel));
        return command;
    }

    private static Command List(CliContext context)
    {
        Command command = new("list", "List the known tickets");
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            ClientReply.Configuration cib = await cluster.AskAsync<ClientReply.Configuration>(
                new ClientRequest.GetConfiguration(null, true), c).ConfigureAwait(false);
            IReadOnlyList<TicketJson> tickets = [.. XElement.Parse(cib.Xml).Descendants("ticket_state").Select(Read)];
            if (parse.GetValue(context.Json))
            {
                context.Output.WriteJson(tickets, CliJson.Indented.IReadOnlyListTicketJson);
                return ExitCode.Done;
            }

            Table table = new("TICKET", "GRANTED", "STANDBY");
            foreach (TicketJson ticket in tickets)
                table.Add(ticket.Id, ticket.Granted ? "yes" : "no", ticket.Standby ? "yes" : "no");
            table.WriteTo(context.Output);
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    private static TicketJson Read(XElement state) => new(
        (string)state.Attribute("id")!, (string?)state.Attribute("granted") == "true", (string?)state.Attribute("standby") == "true");
}

/// <summary>What <c>ticket list --json</c> lists.</summary>
internal sealed record TicketJson(string Id, bool Granted, bool Standby);
