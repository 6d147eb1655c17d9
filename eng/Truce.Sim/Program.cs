using Truce.Sim;

string command = args.Length > 0 ? args[0] : "run";
return command switch
{
    "run" => RunCommand.Run(),
    "first-violation" => FirstViolationCommand.Run(),
    "digest" => DigestCommand.Run(),
    "print" => PrintCommand.Run(),
    "case" => CaseCommand.Run(args[1]),
    _ => Fail(command),
};

static int Fail(string command)
{
    Console.Error.WriteLine($"no command {command}; there are: run, first-violation, digest, print, case FILE");
    return 2;
}
