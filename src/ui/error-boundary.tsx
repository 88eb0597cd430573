import { Component, type ReactNode } from 'react';

/**
 * When the page itself fails: what happened, and a way on that keeps the settings, which are in the address.
 */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(thrown: unknown): { error: Error } {
    return { error: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <main className="crash" role="alert">
        <h1>The page stopped working.</h1>
        <p>
          This is a fault of the lab, not of your data. Nothing was sent anywhere. Your settings are in the address and survive a restart; a run in
          progress does not.
        </p>
        <pre>{error.message}</pre>
        <button type="button" className="btn solid" onClick={() => location.reload()}>
          Restart
        </button>
      </main>
    );
  }
}
