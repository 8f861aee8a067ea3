import { render } from 'preact';
import { App } from './app.tsx';
import { startTicking } from './clock.ts';
import { followAddress } from './router.ts';
import { loadSession } from './session.ts';
import { startTheme } from './theme.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/parts.css';
import './styles/activity.css';

startTheme();
followAddress();
startTicking();
void loadSession();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
