using Truce.Daemon;

return Entry.Run(args);
